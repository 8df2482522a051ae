package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Evaluation;

/** Small things that several attacks do with images and their evaluations. */
final class Images {
  private Images() {}

  static float[] toFloats(byte[] image) {
    float[] pixels = new float[image.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = image[i] & 0xFF;
    }
    return pixels;
  }

  /**
   * Whether the decision fails in more draws, or as many with a larger loss; NaN is never better.
   */
  static boolean better(Evaluation a, Evaluation b) {
    return b == null || a.share() > b.share() || a.share() == b.share() && a.loss() > b.loss();
  }
}
