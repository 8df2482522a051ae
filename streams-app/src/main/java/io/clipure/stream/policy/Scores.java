package io.clipure.stream.policy;

/** Arithmetic on score vectors; fixed order and {@link StrictMath}, so the same bits everywhere. */
final class Scores {
  private Scores() {}

  /** Index of the best score, the earliest if several are equal. */
  static int top(double[] scores) {
    int top = 0;
    for (int k = 1; k < scores.length; k++) {
      if (scores[k] > scores[top]) {
        top = k;
      }
    }
    return top;
  }

  /** Index of the best score besides {@code top}; -1 if there is no other. */
  static int second(double[] scores, int top) {
    int second = -1;
    for (int k = 0; k < scores.length; k++) {
      if (k != top && (second < 0 || scores[k] > scores[second])) {
        second = k;
      }
    }
    return second;
  }

  /** Best score minus second best; the score itself if there is one label only. */
  static double margin(double[] scores, int top) {
    int second = second(scores, top);
    return second < 0 ? scores[top] : scores[top] - scores[second];
  }

  /**
   * Softmax over prompts, summed per label.
   *
   * @param cosines cosine of the image to every prompt
   * @param scale logit scale
   * @param labelOf label of every prompt, ascending
   * @param labels number of labels
   */
  static double[] perLabel(double[] cosines, double scale, int[] labelOf, int labels) {
    double best = best(cosines);
    double[] scores = new double[labels];
    double total = 0;
    for (int p = 0; p < cosines.length; p++) {
      double weight = StrictMath.exp(scale * (cosines[p] - best));
      scores[labelOf[p]] += weight;
      total += weight;
    }
    for (int k = 0; k < labels; k++) {
      scores[k] /= total;
    }
    return scores;
  }

  /** The largest value. */
  static double best(double[] values) {
    double best = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      best = Math.max(best, value);
    }
    return best;
  }

  /** Total variation of two distributions, 0 to 1. */
  static double totalVariation(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += Math.abs(a[k] - b[k]);
    }
    return sum / 2;
  }
}
