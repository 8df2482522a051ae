package io.clipure.stream.redteam.scorecard;

import java.util.List;

/**
 * A mean difference of two settings on the same images with its 95 % interval (paired, normal).
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
    double mean = sum / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double off = ours.get(i) - theirs.get(i) - mean;
      squares += off * off;
    }
    double error = n == 1 ? 1 : Math.sqrt(squares / (n - 1) / n);
    return new Difference(mean, mean - Z * error, mean + Z * error, n);
  }
}
