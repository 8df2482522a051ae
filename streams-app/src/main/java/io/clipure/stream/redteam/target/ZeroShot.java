package io.clipure.stream.redteam.target;

import io.clipure.stream.policy.ScoreModel;
import java.util.Arrays;

/**
 * The linear part of zero-shot scoring: unit prompt embeddings w, the unit blank anchor t, and
 * label logits log Σ exp(scale · cos) over each label's prompts, whose softmax is the label scores.
 *
 * @param prompts {@code [prompts][dimension]}, unit vectors; not to be modified
 * @param labelOf label of every prompt
 * @param labels number of labels
 * @param anchor t, {@code [dimension]}, a unit vector; not to be modified
 * @param scale logit scale, temperature included
 */
public record ZeroShot(
    double[][] prompts, int[] labelOf, int labels, double[] anchor, double scale) {

  /** What a judge scores with. */
  public static ZeroShot of(ScoreModel model) {
    return new ZeroShot(
        model.prompts(),
        model.labelOf(),
        model.labels().size(),
        model.anchor(),
        model.logitScale());
  }

  /** u · w for every prompt. */
  double[] cosines(double[] unit) {
    double[] cosines = new double[prompts.length];
    for (int p = 0; p < cosines.length; p++) {
      cosines[p] = dot(prompts[p], unit);
    }
    return cosines;
  }

  /** t · w for every prompt. */
  double[] anchorToPrompt() {
    return cosines(anchor);
  }

  /** Label logits of prompt cosines. */
  double[] logits(double[] cosines) {
    double[] best = bestPerLabel(cosines);
    double[] logits = new double[labels];
    for (int p = 0; p < cosines.length; p++) {
      logits[labelOf[p]] += Math.exp(scale * (cosines[p] - best[labelOf[p]]));
    }
    for (int k = 0; k < labels; k++) {
      logits[k] = scale * best[k] + Math.log(logits[k]);
    }
    return logits;
  }

  /** ∂loss/∂cosines from ∂loss/∂logits. */
  double[] toCosines(double[] cosines, double[] logits, double[] gradient) {
    double[] result = new double[cosines.length];
    for (int p = 0; p < cosines.length; p++) {
      int k = labelOf[p];
      result[p] = gradient[k] * scale * Math.exp(scale * cosines[p] - logits[k]);
    }
    return result;
  }

  /** Adds Σ_p weights_p · w_p · factor to a vector. */
  void addPrompts(double[] weights, double factor, double[] sum) {
    for (int p = 0; p < weights.length; p++) {
      double weight = weights[p] * factor;
      if (weight != 0) {
        double[] prompt = prompts[p];
        for (int d = 0; d < sum.length; d++) {
          sum[d] += weight * prompt[d];
        }
      }
    }
  }

  private double[] bestPerLabel(double[] cosines) {
    double[] best = new double[labels];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    for (int p = 0; p < cosines.length; p++) {
      best[labelOf[p]] = Math.max(best[labelOf[p]], cosines[p]);
    }
    return best;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  /** A vector divided by its length. */
  static double[] unit(float[] vector) {
    double[] unit = new double[vector.length];
    double square = 0;
    for (int d = 0; d < unit.length; d++) {
      unit[d] = vector[d];
      square += unit[d] * unit[d];
    }
    double radius = Math.sqrt(square);
    for (int d = 0; d < unit.length; d++) {
      unit[d] /= radius;
    }
    return unit;
  }
}
