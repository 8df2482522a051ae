package io.clipure.stream.purify;

import java.util.Locale;

/**
 * What the gradient of cos(z, t) is divided by before a step. The published script divides by the
 * norm over the whole batch, which makes a verdict depend on batch-mates; that form is not offered.
 */
public enum GradientNorm {
  /** By its own norm, per image: every step turns by the same angle, arctan(step size). */
  SAMPLE,
  /** By nothing, as Algorithm 1 is printed: steps shrink with the sine of the angle. */
  NONE;

  /** Name in configuration and ids: lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
