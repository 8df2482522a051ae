package io.clipure.stream.image;

import java.util.Arrays;

/**
 * Weights of a one-dimensional antialiased bicubic resize (Keys, a = -0.5), in 22-bit fixed point,
 * for a run of output positions. Positions and rounding are Pillow's, so that results are too.
 *
 * @param first first input sample of each output
 * @param weights weights of each output, in units of 2^-22
 */
record BicubicTaps(int[] first, int[][] weights) {
  /** Fraction bits: 32 minus 8 of the sample minus 2 of headroom for overshoot. */
  static final int FRACTION_BITS = 22;

  private static final double A = -0.5;
  private static final double SUPPORT = 2;

  /**
   * Computes the weights.
   *
   * @param inputs input length
   * @param outputs output length of the whole resize
   * @param from first output wanted
   * @param count outputs wanted
   */
  static BicubicTaps of(int inputs, long outputs, long from, int count) {
    double scale = (double) inputs / outputs;
    double stretch = Math.max(scale, 1);
    double support = SUPPORT * stretch;
    double shrink = 1 / stretch;
    int[] first = new int[count];
    int[][] weights = new int[count][];
    double[] raw = new double[(int) Math.ceil(support) * 2 + 1];
    for (int i = 0; i < count; i++) {
      double centre = (from + i + 0.5) * scale;
      int low = (int) Math.max(0, centre - support + 0.5);
      int high = (int) Math.min(inputs, centre + support + 0.5);
      double sum = 0;
      for (int k = low; k < high; k++) {
        raw[k - low] = cubic((k - centre + 0.5) * shrink);
        sum += raw[k - low];
      }
      int[] fixed = new int[high - low];
      for (int k = 0; k < fixed.length; k++) {
        double weight = (sum == 0 ? raw[k] : raw[k] / sum) * (1 << FRACTION_BITS);
        fixed[k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
      first[i] = low;
      weights[i] = fixed;
    }
    return new BicubicTaps(first, weights);
  }

  int lowest() {
    return Arrays.stream(first).min().orElseThrow();
  }

  int highest() {
    int last = 0;
    for (int i = 0; i < first.length; i++) {
      last = Math.max(last, first[i] + weights[i].length);
    }
    return last;
  }

  private static double cubic(double x) {
    double t = Math.abs(x);
    if (t < 1) {
      return ((A + 2) * t - (A + 3)) * t * t + 1;
    }
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
  }
}
