package io.clipure.stream.audit.verify;

/**
 * How far numbers may be apart and still count as the same: {@code absolute}, or as much of the
 * recorded number where that is above 1.
 */
public record Tolerance(double absolute) {
  /** Between engines: what float32 encoders leave between machines and versions, and no more. */
  public static final Tolerance ENGINE = new Tolerance(1e-4);

  /**
   * Of scores from embeddings in half precision: rounding moves a cosine by about 1e-5, which the
   * logit scale multiplies. Largest difference seen on the demo's 160 images with two views each:
   * 3.5e-4, in the suspicion score.
   */
  public static final Tolerance HALF_PRECISION = new Tolerance(0.005);

  /** Checks the figure. */
  public Tolerance {
    if (!(absolute >= 0 && absolute < 1)) {
      throw new IllegalArgumentException(
          "the tolerance is " + absolute + ", expected a number from 0 to below 1");
    }
  }

  boolean holds(double recorded, double now) {
    return Math.abs(now - recorded) <= absolute * Math.max(1, Math.abs(recorded));
  }
}
