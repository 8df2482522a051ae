package io.clipure.stream.policy.calibration;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.policy.ScoreModel;
import io.clipure.stream.purify.PlanarRotation;

/**
 * Images before softmax, so that their label scores can be had at any temperature without encoding
 * anything again: the cosines of the purified image to every prompt.
 *
 * @param cosines {@code [images, prompts]}
 * @param labelOf label of every prompt
 * @param scale what cosines are multiplied by at temperature 1
 * @param labels number of labels
 */
public record LabelLogits(double[][] cosines, int[] labelOf, double scale, int labels) {

  /**
   * The cosines that a judge sees of one image, views left aside, after purification.
   *
   * @return {@code [prompts]}
   */
  public static double[] cosines(ScoreModel model, ImageEmbeddings embeddings) {
    boolean onDevice = embeddings.purified() != null;
    double[] unit = unit(onDevice ? embeddings.purified()[0] : embeddings.image());
    double[][] prompts = model.prompts();
    double[] cosines = new double[prompts.length];
    for (int p = 0; p < cosines.length; p++) {
      cosines[p] = dot(unit, prompts[p]);
    }
    if (!onDevice) {
      PlanarRotation rotation = model.purifier().purify(dot(unit, model.anchor()));
      if (rotation.displacement() != 0) {
        for (int p = 0; p < cosines.length; p++) {
          cosines[p] = rotation.cosineTo(model.anchorToPrompt()[p], cosines[p]);
        }
      }
    }
    return cosines;
  }

  /** Label scores {@code [images, labels]} at a temperature. */
  public double[][] scores(double temperature) {
    double[][] scores = new double[cosines.length][];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = scores(cosines[i], scale / temperature);
    }
    return scores;
  }

  private double[] scores(double[] image, double multiplier) {
    double best = Double.NEGATIVE_INFINITY;
    for (double cosine : image) {
      best = Math.max(best, cosine);
    }
    double[] scores = new double[labels];
    double total = 0;
    for (int p = 0; p < image.length; p++) {
      double weight = StrictMath.exp(multiplier * (image[p] - best));
      scores[labelOf[p]] += weight;
      total += weight;
    }
    for (int k = 0; k < labels; k++) {
      scores[k] /= total;
    }
    return scores;
  }

  private static double[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double length = Math.sqrt(squares);
    double[] unit = new double[vector.length];
    for (int d = 0; d < unit.length; d++) {
      unit[d] = vector[d] / length;
    }
    return unit;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
