package io.clipure.stream.purify;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * CLIPure-Diff (arXiv 2502.18176): polar ascent on the evidence lower bound that a DALL·E 2 prior
 * gives of an image embedding. With z̃ = scale·u (u unit), x̂ the prior's prediction and ε ~ N(0,
 * I),
 *
 * <pre>
 *   loss(u) = mean over dimensions of (x̂(√ᾱ_t z̃ + √(1−ᾱ_t) ε, t) − z̃)²
 *   g = −∇loss(u), divided by its own norm or by nothing
 *   u ← normalise(u + η·g)
 * </pre>
 *
 * <p>with t and ε drawn anew in each step; the radius of the embedding plays no part and is the
 * caller's to keep. The ε form of the loss differs by the factor ᾱ_t/(1−ᾱ_t), which a normalised
 * gradient of one draw does not see. ∇loss = 2·scale/dim · (√ᾱ_t Jᵀr − r) with r = x̂ − z̃ and J
 * the prior's Jacobian, whose product with r the prior supplies.
 *
 * <p>The published script divides the gradient by the norm over the whole batch; here nothing of
 * one image depends on another. Immutable; as thread-safe as the prior.
 */
public final class DiffPurifier {
  private final DiffPurifierSettings settings;
  private final DiffusionSchedule schedule;
  private final double scale;
  private final PriorNetwork prior;

  /**
   * Creates a purifier.
   *
   * @param settings what to do
   * @param schedule the prior's noise schedule
   * @param scale length the prior gives a clean embedding, √dimension for DALL·E 2
   * @param prior the prior
   * @throws IllegalArgumentException if timesteps lie outside the schedule
   */
  public DiffPurifier(
      DiffPurifierSettings settings, DiffusionSchedule schedule, double scale, PriorNetwork prior) {
    this.settings = settings;
    this.schedule = schedule;
    this.scale = scale;
    this.prior = Objects.requireNonNull(prior, "prior");
    if (settings.mostTimestep() >= schedule.timesteps()) {
      throw new IllegalArgumentException(
          "CLIPure-Diff most timestep is "
              + settings.mostTimestep()
              + ", expected at most "
              + (schedule.timesteps() - 1)
              + ", the prior's last");
    }
  }

  /**
   * One purified embedding.
   *
   * @param direction unit vector {@code [dimension]}
   * @param elbo the negative loss of the embedding as it came, averaged over the draws of the first
   *     step: the lower, the less likely the prior finds it
   */
  public record Purified(float[] direction, double elbo) {}

  /** Method and settings in one line, for provenance. */
  public String id() {
    return settings.id();
  }

  /**
   * Purifies a batch; each result depends on its own embedding and noise alone.
   *
   * @param embeddings {@code [batch, dimension]}, of any length but zero; not modified
   * @param noise one source an embedding
   * @throws IllegalArgumentException if an embedding is zero or not finite
   */
  public List<Purified> purify(List<float[]> embeddings, List<? extends NoiseSource> noise) {
    if (embeddings.size() != noise.size()) {
      throw new IllegalArgumentException(
          embeddings.size() + " embeddings with " + noise.size() + " sources of noise");
    }
    int batch = embeddings.size();
    double[][] unit = new double[batch][];
    for (int i = 0; i < batch; i++) {
      unit[i] = unit(embeddings.get(i));
    }
    double[] elbo = new double[batch];
    for (int step = 0; step < settings.steps() && batch > 0; step++) {
      Ascent ascent = ascent(unit, noise, step);
      for (int i = 0; i < batch; i++) {
        climb(unit[i], ascent.gradients[i]);
        if (step == 0) {
          elbo[i] = -ascent.losses[i];
        }
      }
    }
    List<Purified> purified = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      purified.add(new Purified(toFloats(unit[i]), elbo[i]));
    }
    return purified;
  }

  /** Gradients of the negative loss with respect to u, and losses, both means over the draws. */
  private record Ascent(double[][] gradients, double[] losses) {}

  private Ascent ascent(double[][] unit, List<? extends NoiseSource> noise, int step) {
    int batch = unit.length;
    int dimension = unit[0].length;
    double share = 1.0 / settings.noiseDraws();
    Ascent sum = new Ascent(new double[batch][dimension], new double[batch]);
    for (int draw = 0; draw < settings.noiseDraws(); draw++) {
      long[] timesteps = new long[batch];
      float[][] noised = new float[batch][];
      for (int i = 0; i < batch; i++) {
        int t =
            noise.get(i).timestep(step, draw, settings.leastTimestep(), settings.mostTimestep());
        timesteps[i] = t;
        noised[i] = noised(unit[i], noise.get(i).gaussian(step, draw, dimension), t);
      }
      float[][] residuals = prior.predict(noised, timesteps);
      for (int i = 0; i < batch; i++) {
        sum.losses[i] += share * subtract(residuals[i], unit[i]);
      }
      float[][] pulled = prior.vjp(noised, timesteps, residuals);
      double factor = 2 * scale / dimension * share;
      for (int i = 0; i < batch; i++) {
        double signal = schedule.signal((int) timesteps[i]);
        for (int d = 0; d < dimension; d++) {
          sum.gradients[i][d] += factor * (residuals[i][d] - signal * pulled[i][d]);
        }
      }
    }
    return sum;
  }

  private float[] noised(double[] unit, double[] gaussian, int timestep) {
    double signal = schedule.signal(timestep) * scale;
    double deviation = schedule.noise(timestep);
    float[] noised = new float[unit.length];
    for (int d = 0; d < unit.length; d++) {
      noised[d] = (float) (signal * unit[d] + deviation * gaussian[d]);
    }
    return noised;
  }

  /** Turns a prediction into the residual x̂ − z̃; returns its mean square. */
  private double subtract(float[] prediction, double[] unit) {
    double sum = 0;
    for (int d = 0; d < unit.length; d++) {
      double residual = prediction[d] - scale * unit[d];
      sum += residual * residual;
      prediction[d] = (float) residual;
    }
    return sum / unit.length;
  }

  private void climb(double[] unit, double[] gradient) {
    double norm = settings.gradientNorm() == GradientNorm.SAMPLE ? length(gradient) : 1;
    if (norm == 0) {
      return;
    }
    double[] moved = new double[unit.length];
    for (int d = 0; d < unit.length; d++) {
      moved[d] = unit[d] + settings.stepSize() * gradient[d] / norm;
    }
    double length = length(moved);
    if (length == 0) {
      return;
    }
    for (int d = 0; d < unit.length; d++) {
      unit[d] = moved[d] / length;
    }
  }

  private static double[] unit(float[] embedding) {
    double[] unit = new double[embedding.length];
    for (int d = 0; d < unit.length; d++) {
      unit[d] = embedding[d];
    }
    double length = length(unit);
    if (!(length > 0) || Double.isInfinite(length)) {
      throw new IllegalArgumentException(
          "image embedding has length "
              + length
              + ", expected a finite number above 0: check the encoder");
    }
    for (int d = 0; d < unit.length; d++) {
      unit[d] /= length;
    }
    return unit;
  }

  private static double length(double[] vector) {
    double square = 0;
    for (double value : vector) {
      square += value * value;
    }
    return Math.sqrt(square);
  }

  private static float[] toFloats(double[] vector) {
    float[] floats = new float[vector.length];
    for (int d = 0; d < vector.length; d++) {
      floats[d] = (float) vector[d];
    }
    return floats;
  }
}
