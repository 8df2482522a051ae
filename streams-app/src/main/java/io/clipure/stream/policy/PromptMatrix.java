package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import java.util.Arrays;

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

  /** By dimension: of every prompt, then of the anchor. */
  private final double[][] rows;

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
    this.rows = new double[dimension][prompts.length + 1];
    this.anchorToPrompt = new double[prompts.length];
    for (int p = 0; p < prompts.length; p++) {
      anchorToPrompt[p] = UnitVector.dot(anchor, prompts[p]);
      for (int d = 0; d < dimension; d++) {
        rows[d][p] = prompts[p][d];
      }
    }
    for (int d = 0; d < dimension; d++) {
      rows[d][prompts.length] = anchor[d];
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

  /** t · w for every prompt; not to be modified. */
  double[] anchorToPrompt() {
    return anchorToPrompt;
  }

  /**
   * Cosines of one embedding.
   *
   * @param toPrompts u · w for every prompt
   * @param toAnchor u · t
   */
  record Cosines(double[] toPrompts, double toAnchor) {}

  /** Cosines of a unit vector to everything; {@link UnitVector#dot} gives the same bits. */
  Cosines cosines(double[] unit) {
    double[] sums = new double[labelOf.length + 1];
    int d = 0;
    for (; d + 4 <= unit.length; d += 4) {
      add(sums, rows[d], rows[d + 1], rows[d + 2], rows[d + 3], unit, d);
    }
    for (; d < unit.length; d++) {
      for (int p = 0; p < sums.length; p++) {
        sums[p] += unit[d] * rows[d][p];
      }
    }
    return new Cosines(Arrays.copyOf(sums, labelOf.length), sums[labelOf.length]);
  }

  /**
   * Four dimensions a pass: a quarter of the loads and stores, the same sums in the same order. Of
   * a row each, not of one long array by computed index: only so are all of them read by vector
   * instructions (50 prompts × 512 dimensions: 3.0 µs; 6.0 by index).
   */
  private static void add(
      double[] sums, double[] r0, double[] r1, double[] r2, double[] r3, double[] unit, int d) {
    double u0 = unit[d];
    double u1 = unit[d + 1];
    double u2 = unit[d + 2];
    double u3 = unit[d + 3];
    for (int p = 0; p < sums.length; p++) {
      double sum = sums[p] + u0 * r0[p];
      sum += u1 * r1[p];
      sum += u2 * r2[p];
      sums[p] = sum + u3 * r3[p];
    }
  }

  /** Label scores from the cosines to every prompt. */
  double[] labelScores(double[] cosines) {
    return Scores.perLabel(cosines, logitScale, labelOf, labels);
  }
}
