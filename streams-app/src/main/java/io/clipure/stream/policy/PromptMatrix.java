package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;

/**
 * Everything about a label set's prompts that scoring needs, computed once: the text embeddings w,
 * their cosines to the blank anchor t, and which label each prompt belongs to.
 *
 * <p>The embeddings lie dimension by dimension, so that the loop over prompts has no dependency
 * between iterations and the compiler can use vector instructions without changing the order of any
 * sum: a cosine is the same bits whichever instructions were chosen.
 */
final class PromptMatrix {
  private final double[][] vectors;
  private final double[] anchor;
  private final double[] byDimension;
  private final double[] anchorToPrompt;
  private final int[] labelOf;
  private final int labels;
  private final double logitScale;

  PromptMatrix(LabelSet set, PromptEmbeddings embeddings, ModelInfo model) {
    if (!(model.logitScale() > 0 && model.logitScale() < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "logit scale is " + model.logitScale() + ", expected a positive number");
    }
    this.vectors = embeddings.vectors();
    double[][] prompts = vectors;
    int dimension = model.dimension();
    double temperature = model.calibration() == null ? 1 : model.calibration().temperature();
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ", expected a positive number");
    }
    this.logitScale = model.logitScale() / temperature;
    this.anchor = UnitVector.of(model.anchor(), "blank anchor").values();
    this.labels = set.labels().size();
    this.byDimension = new double[dimension * prompts.length];
    this.anchorToPrompt = new double[prompts.length];
    for (int p = 0; p < prompts.length; p++) {
      anchorToPrompt[p] = UnitVector.dot(anchor, prompts[p]);
      for (int d = 0; d < dimension; d++) {
        byDimension[d * prompts.length + p] = prompts[p][d];
      }
    }
    this.labelOf = new int[prompts.length];
    int p = 0;
    for (int k = 0; k < labels; k++) {
      for (int i = 0; i < set.labels().get(k).prompts().size(); i++) {
        labelOf[p++] = k;
      }
    }
  }

  /** Width of an embedding. */
  int dimension() {
    return anchor.length;
  }

  /** w of every prompt; not to be modified. */
  double[][] vectors() {
    return vectors;
  }

  /** t; not to be modified. */
  double[] anchor() {
    return anchor;
  }

  /** Label of every prompt; not to be modified. */
  int[] labelOf() {
    return labelOf;
  }

  /** What cosines are multiplied by: the model's scale divided by the calibration's temperature. */
  double logitScale() {
    return logitScale;
  }

  /** t · u. */
  double cosineToAnchor(double[] unit) {
    return UnitVector.dot(anchor, unit);
  }

  /** t · w for every prompt; not to be modified. */
  double[] anchorToPrompt() {
    return anchorToPrompt;
  }

  /** u · w for every prompt. */
  double[] cosines(double[] unit) {
    int prompts = labelOf.length;
    double[] cosines = new double[prompts];
    int d = 0;
    // Four dimensions a pass: a quarter of the loads and stores, the same sums in the same order.
    for (; d + 4 <= unit.length; d += 4) {
      double u0 = unit[d];
      double u1 = unit[d + 1];
      double u2 = unit[d + 2];
      double u3 = unit[d + 3];
      int row = d * prompts;
      for (int p = 0; p < prompts; p++) {
        double sum = cosines[p] + u0 * byDimension[row + p];
        sum += u1 * byDimension[row + prompts + p];
        sum += u2 * byDimension[row + 2 * prompts + p];
        cosines[p] = sum + u3 * byDimension[row + 3 * prompts + p];
      }
    }
    for (; d < unit.length; d++) {
      double u = unit[d];
      int row = d * prompts;
      for (int p = 0; p < prompts; p++) {
        cosines[p] += u * byDimension[row + p];
      }
    }
    return cosines;
  }

  /** Label scores from the cosines to every prompt. */
  double[] labelScores(double[] cosines) {
    return Scores.perLabel(cosines, logitScale, labelOf, labels);
  }
}
