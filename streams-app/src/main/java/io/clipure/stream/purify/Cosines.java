package io.clipure.stream.purify;

/** What every purifier does with the cosine it is given. */
final class Cosines {
  private Cosines() {}

  /** Brings a cosine that rounding pushed out of [-1, 1] back; refuses what is not a number. */
  static double clamp(double cosine) {
    if (Double.isNaN(cosine)) {
      throw new IllegalArgumentException(
          "cosine to the blank anchor is not a number; expected -1 to 1: check the embedding");
    }
    return Math.max(-1, Math.min(1, cosine));
  }

  /** The rotation by zero. */
  static PlanarRotation unmoved(double cosine) {
    return new PlanarRotation(0, 1, cosine, cosine, 0);
  }
}
