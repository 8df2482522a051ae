package io.clipure.stream.redteam.attack;

import java.util.Objects;

/**
 * How much an attack may change.
 *
 * @param norm how it is measured
 * @param epsilon for LINF a whole number of 1/255, so that rounding to 8 bits stays inside (4 means
 *     4/255); for L2 the length with pixels in [0, 1], as RobustBench counts
 */
public record Budget(Norm norm, double epsilon) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if epsilon is not positive, or not whole for LINF
   */
  public Budget {
    Objects.requireNonNull(norm, "norm");
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)
        || norm == Norm.LINF && epsilon != Math.rint(epsilon)) {
      throw new IllegalArgumentException(
          "epsilon is "
              + epsilon
              + ", expected "
              + (norm == Norm.LINF ? "a whole number of 1/255 above 0" : "a number above 0"));
    }
  }

  /** Epsilon in the scale of pixels, 0..255. */
  public double radius() {
    return norm == Norm.LINF ? epsilon : 255 * epsilon;
  }
}
