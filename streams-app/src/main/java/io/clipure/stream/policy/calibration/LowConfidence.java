package io.clipure.stream.policy.calibration;

import java.util.Arrays;

/**
 * Low-confidence thresholds of score and margin that together mark a chosen share of ordinary
 * images: both are the same order statistic of their own figure, the highest for which the images
 * below either are within the share.
 *
 * @param score top score below which an image is low-confidence
 * @param margin margin below which it is
 * @param low images of the sample below either
 * @param images size of the sample
 * @param interval two-sided exact interval of the true share at these thresholds; they were chosen
 *     on the same images, so it is a little too narrow
 */
public record LowConfidence(
    double score, double margin, int low, int images, BinomialInterval interval) {

  /**
   * Chooses both.
   *
   * @param scores top score of every image
   * @param margins its margin over the second best, in the same order
   * @param share largest share to be marked, between 0 and 1
   * @param confidence of the interval, between 0 and 1
   */
  public static LowConfidence choose(
      double[] scores, double[] margins, double share, double confidence) {
    FlagBudget.check("low-confidence share", share);
    if (scores.length == 0 || scores.length != margins.length) {
      throw new IllegalArgumentException(
          "%d scores and %d margins, expected as many, at least one"
              .formatted(scores.length, margins.length));
    }
    double[] byScore = sorted(scores);
    double[] byMargin = sorted(margins);
    int n = scores.length;
    int within = 0;
    int beyond = n;
    while (beyond - within > 1) {
      int middle = (within + beyond) >>> 1;
      if (below(scores, margins, byScore[middle], byMargin[middle]) <= share * n) {
        within = middle;
      } else {
        beyond = middle;
      }
    }
    int low = below(scores, margins, byScore[within], byMargin[within]);
    return new LowConfidence(
        byScore[within], byMargin[within], low, n, BinomialInterval.of(low, n, confidence));
  }

  private static int below(double[] scores, double[] margins, double score, double margin) {
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] < score || margins[i] < margin) {
        count++;
      }
    }
    return count;
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
