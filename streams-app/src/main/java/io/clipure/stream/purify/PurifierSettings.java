package io.clipure.stream.purify;

import java.util.Objects;

/**
 * Settings of CLIPure-Cos (arXiv 2502.18176, Algorithm 1).
 *
 * @param steps number of ascent steps N, 0 to 10,000; the paper's script uses 10
 * @param stepSize step size η, finite and not negative; the paper's script uses 30
 * @param gradientNorm what a gradient is divided by
 */
public record PurifierSettings(int steps, double stepSize, GradientNorm gradientNorm) {
  /** A step costs about 50 ns an image; more than this is a typing error. */
  private static final int MAX_STEPS = 10_000;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting out of range
   */
  public PurifierSettings {
    Objects.requireNonNull(gradientNorm, "gradientNorm");
    if (steps < 0 || steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "purifier steps is " + steps + ", expected 0 to " + MAX_STEPS);
    }
    if (!Double.isFinite(stepSize) || stepSize < 0) {
      throw new IllegalArgumentException(
          "purifier step size is " + stepSize + ", expected a finite number of at least 0");
    }
  }
}
