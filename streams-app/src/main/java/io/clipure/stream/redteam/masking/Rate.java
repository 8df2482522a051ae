package io.clipure.stream.redteam.masking;

import io.clipure.stream.redteam.attack.Attacked;
import java.util.List;
import java.util.Locale;

/**
 * Successes out of a number of attacked images.
 *
 * @param successes images that succeeded
 * @param count images attacked, at least 1
 */
public record Rate(int successes, int count) {
  /** Checks the numbers. */
  public Rate {
    if (count < 1 || successes < 0 || successes > count) {
      throw new IllegalArgumentException(
          successes + " successes of " + count + "; expected 0 to all of at least one image");
    }
  }

  /** The rate of an attack. */
  public static Rate of(List<Attacked> results) {
    return new Rate((int) results.stream().filter(Attacked::success).count(), results.size());
  }

  /** Share of successes, 0 to 1. */
  public double share() {
    return (double) successes / count;
  }

  /** Standard error of the difference to another rate measured on its own. */
  double standardError(Rate other) {
    return Math.sqrt(variance() + other.variance());
  }

  private double variance() {
    // one success and one failure more: a rate of 0 or 1 has an error too (Agresti and Coull 1998)
    double share = (successes + 1.0) / (count + 2.0);
    return share * (1 - share) / (count + 2.0);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f %% of %d", 100 * share(), count);
  }
}
