package io.clipure.stream.purify;

import static io.clipure.stream.purify.Vectors.combine;
import static io.clipure.stream.purify.Vectors.dot;
import static io.clipure.stream.purify.Vectors.norm;
import static io.clipure.stream.purify.Vectors.unit;

/**
 * CLIPure-Cos vector by vector, with the published script's gradient norm over the whole batch.
 * Exists only to show that this form depends on batch-mates and that the closed form equals the
 * vector form for a batch of one.
 */
final class BatchReference {
  private BatchReference() {}

  /** Purifies a batch {@code [batch, dim]}; the radius of each embedding is kept. */
  static double[][] purify(double[][] batch, double[] anchor, int steps, double stepSize) {
    double[][] units = new double[batch.length][];
    for (int i = 0; i < batch.length; i++) {
      units[i] = unit(batch[i]);
    }
    for (int step = 0; step < steps; step++) {
      double[][] gradients = new double[batch.length][];
      double squares = 0;
      for (int i = 0; i < batch.length; i++) {
        gradients[i] = combine(1, anchor, -dot(units[i], anchor), units[i]);
        squares += dot(gradients[i], gradients[i]);
      }
      for (int i = 0; i < batch.length; i++) {
        units[i] = unit(combine(1, units[i], stepSize / Math.sqrt(squares), gradients[i]));
      }
    }
    double[][] purified = new double[batch.length][];
    for (int i = 0; i < batch.length; i++) {
      purified[i] = combine(norm(batch[i]), units[i], 0, units[i]);
    }
    return purified;
  }
}
