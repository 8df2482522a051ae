package io.clipure.stream.audit.diff;

import io.clipure.stream.policy.calibration.BinomialInterval;

/**
 * A share with its exact 95 % interval (Clopper and Pearson 1934): what the share of all traffic
 * like this may be.
 *
 * @param hits how many
 * @param of of how many; 0: nothing is known
 * @param share hits of all, 0 to 1; 0 of nothing
 * @param lower lower end
 * @param upper upper end
 */
public record Rate(long hits, long of, double share, double lower, double upper) {
  private static final double CONFIDENCE = 0.95;

  static Rate of(long hits, long of) {
    if (of == 0) {
      return new Rate(hits, 0, 0, 0, 1);
    }
    BinomialInterval interval = BinomialInterval.of(hits, of, CONFIDENCE);
    return new Rate(hits, of, (double) hits / of, interval.lower(), interval.upper());
  }
}
