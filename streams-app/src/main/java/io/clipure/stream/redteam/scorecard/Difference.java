package io.clipure.stream.redteam.scorecard;

import java.util.List;

/**
 * A mean difference of two settings on the same images with its 95 % interval after Bonett and
 * Price (2012): as if two more images had been seen that differ, one in each direction, so that no
 * difference in a few images is not taken for certainty.
 *
 * @param mean of the differences, in shares
 * @param low lower end
 * @param high upper end
 * @param of images
 */
public record Difference(double mean, double low, double high, int of) {
  private static final double Z = 1.959963984540054;

  /** Of one value an image, in the same order. */
  static Difference paired(List<Double> ours, List<Double> theirs) {
    int n = ours.size();
    if (n == 0 || theirs.size() != n) {
      throw new IllegalArgumentException(
          "paired values: " + n + " and " + theirs.size() + ", expected as many, and some");
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += ours.get(i) - theirs.get(i);
    }
    double squares = 2;
    for (int i = 0; i < n; i++) {
      squares += Math.pow(ours.get(i) - theirs.get(i), 2);
    }
    double centre = sum / (n + 2);
    double error = Math.sqrt((squares / (n + 2) - centre * centre) / (n + 2));
    return new Difference(
        sum / n, Math.max(-1, centre - Z * error), Math.min(1, centre + Z * error), n);
  }
}
