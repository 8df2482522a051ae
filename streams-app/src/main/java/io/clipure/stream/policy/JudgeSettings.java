package io.clipure.stream.policy;

import java.util.Objects;

/**
 * Settings of judging that neither the label set nor the bundle's calibration gives.
 *
 * @param lowConfidenceScore top score below which a verdict is LOW_CONFIDENCE, 0 to 1; in force
 *     where neither label set nor calibration has one
 * @param lowConfidenceMargin the same for the margin over the second best label
 * @param suspicionThreshold suspicion score from which an image is flagged; not null: overrides the
 *     calibration's and the rule's own
 * @param allowUnknownWords whether prompts with words unknown to the text encoder are judged with a
 *     warning instead of being refused
 * @param viewDecision how the decisions on an image and its views become one
 */
public record JudgeSettings(
    double lowConfidenceScore,
    double lowConfidenceMargin,
    Double suspicionThreshold,
    boolean allowUnknownWords,
    ViewDecision viewDecision) {

  /** The worst view decides. */
  public JudgeSettings(
      double lowConfidenceScore,
      double lowConfidenceMargin,
      Double suspicionThreshold,
      boolean allowUnknownWords) {
    this(
        lowConfidenceScore,
        lowConfidenceMargin,
        suspicionThreshold,
        allowUnknownWords,
        ViewDecision.WORST);
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting out of range
   */
  public JudgeSettings {
    Objects.requireNonNull(viewDecision, "viewDecision");
    check("low-confidence score", lowConfidenceScore);
    check("low-confidence margin", lowConfidenceMargin);
    if (suspicionThreshold != null && !Double.isFinite(suspicionThreshold)) {
      throw new IllegalArgumentException(
          "suspicion threshold is " + suspicionThreshold + ", expected a finite number");
    }
  }

  /**
   * Score 0.4, margin 0.1, the rule's own suspicion threshold, unknown words refused, the worst
   * view decides. The two figures are a starting point for people to review, not measured on
   * anyone's images: calibrate.
   */
  public static JudgeSettings defaults() {
    return new JudgeSettings(0.4, 0.1, null, false);
  }

  private static void check(String name, double value) {
    LabelRules.share(value)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(name + " " + problem);
            });
  }
}
