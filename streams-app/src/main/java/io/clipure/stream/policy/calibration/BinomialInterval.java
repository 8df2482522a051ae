package io.clipure.stream.policy.calibration;

/**
 * Exact two-sided confidence interval of a share (Clopper and Pearson 1934).
 *
 * @param lower lower end, 0 to 1
 * @param upper upper end, 0 to 1
 */
public record BinomialInterval(double lower, double upper) {

  /**
   * The interval for a share of which {@code hits} of {@code trials} were seen.
   *
   * @param confidence chance that such an interval covers the truth, between 0 and 1
   */
  public static BinomialInterval of(long hits, long trials, double confidence) {
    double oneSided = (1 + confidence) / 2;
    return new BinomialInterval(lower(hits, trials, oneSided), upper(hits, trials, oneSided));
  }

  /** The share is at least this, with the given confidence (one-sided). */
  public static double lower(long hits, long trials, double confidence) {
    check(hits, trials, confidence);
    return hits == 0 ? 0 : BetaDistribution.quantile(1 - confidence, hits, trials - hits + 1.0);
  }

  /** The share is at most this, with the given confidence (one-sided). */
  public static double upper(long hits, long trials, double confidence) {
    check(hits, trials, confidence);
    return hits == trials
        ? 1
        : BetaDistribution.quantile(confidence, hits + 1.0, (double) trials - hits);
  }

  private static void check(long hits, long trials, double confidence) {
    if (hits < 0 || hits > trials || trials < 1) {
      throw new IllegalArgumentException(
          "%d of %d, expected a part of at least one".formatted(hits, trials));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence is " + confidence + ", expected between 0 and 1");
    }
  }
}
