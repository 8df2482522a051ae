package io.clipure.stream.app;

import picocli.CommandLine.Option;

/** What a calibration is to achieve. */
final class CalibrationWishes {
  @Option(
      names = "--flag-budget",
      paramLabel = "SHARE",
      defaultValue = "1%",
      converter = ShareConverter.class,
      description =
          "Largest share of ordinary images to be flagged SUSPECTED_ADVERSARIAL (default:"
              + " ${DEFAULT-VALUE}).")
  private double flagBudget;

  @Option(
      names = "--low-confidence-share",
      paramLabel = "SHARE",
      defaultValue = "4%",
      converter = ShareConverter.class,
      description =
          "Largest share of these images below the low-confidence thresholds (default:"
              + " ${DEFAULT-VALUE}).")
  private double lowConfidenceShare;

  @Option(
      names = "--confidence",
      paramLabel = "SHARE",
      defaultValue = "95%",
      converter = ShareConverter.class,
      description =
          "Confidence that the budget is kept, and of every interval (default: ${DEFAULT-VALUE}).")
  private double confidence;

  @Option(
      names = "--label-precision",
      paramLabel = "SHARE",
      defaultValue = "90%",
      converter = ShareConverter.class,
      description =
          "With --truth: a REVIEW or BLOCK label's threshold is the lowest at which at least this"
              + " share of what it catches is its own (default: ${DEFAULT-VALUE}).")
  private double labelPrecision;

  @Option(
      names = "--label-false-positives",
      paramLabel = "SHARE",
      converter = ShareConverter.class,
      description =
          "With --truth: instead, the lowest threshold that at most this share of other images"
              + " reaches.")
  private Double labelFalsePositives;

  double flagBudget() {
    return flagBudget;
  }

  double lowConfidenceShare() {
    return lowConfidenceShare;
  }

  double confidence() {
    return confidence;
  }

  double labelPrecision() {
    return labelPrecision;
  }

  /** Null: by precision. */
  Double labelFalsePositives() {
    return labelFalsePositives;
  }
}
