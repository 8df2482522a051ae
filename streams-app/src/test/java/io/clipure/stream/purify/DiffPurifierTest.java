package io.clipure.stream.purify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiffPurifierTest {
  private static final int DIMENSION = 8;
  private static final double SCALE = Math.sqrt(DIMENSION);
  private static final DiffusionSchedule SCHEDULE = new DiffusionSchedule(1_000);

  /** A prior that has seen one clean embedding and always answers with it. */
  private static final class OneEmbedding implements PriorNetwork {
    final float[] clean = embedding(99);

    OneEmbedding() {
      double length = length(clean);
      for (int d = 0; d < DIMENSION; d++) {
        clean[d] = (float) (clean[d] / length * SCALE);
      }
    }

    @Override
    public float[][] predict(float[][] noised, long[] timesteps) {
      float[][] predicted = new float[noised.length][];
      for (int i = 0; i < noised.length; i++) {
        predicted[i] = clean.clone();
      }
      return predicted;
    }

    @Override
    public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
      return new float[noised.length][DIMENSION];
    }
  }

  /** A prior whose answer bends with its input, step and all. */
  private static final class Bent implements PriorNetwork {
    @Override
    public float[][] predict(float[][] noised, long[] timesteps) {
      float[][] predicted = new float[noised.length][DIMENSION];
      for (int i = 0; i < noised.length; i++) {
        for (int d = 0; d < DIMENSION; d++) {
          predicted[i][d] = (float) Math.tanh(noised[i][(d + 1) % DIMENSION] + timesteps[i] / 1e3);
        }
      }
      return predicted;
    }

    @Override
    public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
      float[][] gradient = new float[noised.length][DIMENSION];
      float[][] predicted = predict(noised, timesteps);
      for (int i = 0; i < noised.length; i++) {
        for (int d = 0; d < DIMENSION; d++) {
          float y = predicted[i][d];
          gradient[i][(d + 1) % DIMENSION] = cotangents[i][d] * (1 - y * y);
        }
      }
      return gradient;
    }
  }

  @Test
  void small_steps_climb_to_what_the_prior_knows() {
    OneEmbedding prior = new OneEmbedding();
    DiffPurifier.Purified purified =
        purifier(200, 0.05, GradientNorm.NONE, prior)
            .purify(List.of(embedding(1)), List.of(noise(1)))
            .get(0);
    double cosine = 0;
    double distance = 0;
    double length = length(embedding(1));
    for (int d = 0; d < DIMENSION; d++) {
      cosine += purified.direction()[d] * prior.clean[d] / SCALE;
      double apart = prior.clean[d] - SCALE * embedding(1)[d] / length;
      distance += apart * apart / DIMENSION;
    }
    assertThat(cosine).isGreaterThan(0.999);
    assertThat(purified.elbo()).isCloseTo(-distance, within(1e-5));
  }

  @Test
  void a_step_against_the_gradient_of_finite_differences_is_the_same() {
    double step = 1e-3;
    DiffPurifier purifier = purifier(1, step, GradientNorm.NONE, new Bent());
    float[] embedding = embedding(3);
    double[] unit = unit(embedding);
    double h = 1e-3;
    double[] moved = unit.clone();
    for (int d = 0; d < DIMENSION; d++) {
      moved[d] -= step * (loss(unit, d, h) - loss(unit, d, -h)) / (2 * h);
    }
    double length = 0;
    for (double value : moved) {
      length += value * value;
    }
    float[] seen = purifier.purify(List.of(embedding), List.of(noise(3))).get(0).direction();
    for (int d = 0; d < DIMENSION; d++) {
      assertThat((double) seen[d]).isCloseTo(moved[d] / Math.sqrt(length), within(1e-6));
    }
  }

  @Test
  void batch_mates_change_nothing_and_a_replay_repeats() {
    DiffPurifier purifier = purifier(10, 30, GradientNorm.SAMPLE, new Bent());
    List<float[]> embeddings = new ArrayList<>();
    List<NoiseSource> noise = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      embeddings.add(embedding(i));
      noise.add(noise(i));
    }
    List<DiffPurifier.Purified> together = purifier.purify(embeddings, noise);
    for (int i = 0; i < 5; i++) {
      DiffPurifier.Purified alone =
          purifier.purify(List.of(embedding(i)), List.of(noise(i))).get(0);
      assertThat(alone.direction()).isEqualTo(together.get(i).direction());
      assertThat(alone.elbo()).isEqualTo(together.get(i).elbo());
      assertThat(embeddings.get(i)).isEqualTo(embedding(i));
    }
  }

  @Test
  void results_are_unit_vectors_that_do_not_see_the_radius() {
    DiffPurifier purifier = purifier(3, 0.5, GradientNorm.SAMPLE, new Bent());
    float[] embedding = embedding(2);
    float[] doubled = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      doubled[d] = 2 * embedding[d];
    }
    float[] direction = purifier.purify(List.of(embedding), List.of(noise(2))).get(0).direction();
    assertThat(length(direction)).isCloseTo(1, within(1e-6));
    assertThat(purifier.purify(List.of(doubled), List.of(noise(2))).get(0).direction())
        .isEqualTo(direction);
  }

  @Test
  void where_the_gradient_vanishes_the_embedding_stays() {
    OneEmbedding prior = new OneEmbedding();
    float[] direction =
        purifier(10, 0.1, GradientNorm.NONE, prior)
            .purify(List.of(prior.clean), List.of(noise(0)))
            .get(0)
            .direction();
    for (int d = 0; d < DIMENSION; d++) {
      assertThat(direction[d]).isCloseTo((float) (prior.clean[d] / SCALE), within(1e-4f));
    }
  }

  @Test
  void what_cannot_be_purified_is_refused() {
    DiffPurifier purifier = purifier(1, 1, GradientNorm.NONE, new Bent());
    assertThat(purifier.purify(List.of(), List.of())).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> purifier.purify(List.of(new float[DIMENSION]), List.of(noise(0))))
        .withMessageContaining("length 0.0, expected a finite number above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> purifier.purify(List.of(embedding(0)), List.of()))
        .withMessage("1 embeddings with 0 sources of noise");
    DiffPurifierSettings late = new DiffPurifierSettings(1, 1, GradientNorm.NONE, 0, 1_000, 1, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DiffPurifier(late, SCHEDULE, SCALE, new Bent()))
        .withMessageContaining("most timestep is 1000, expected at most 999");
  }

  /** The loss of the first draw at the unit vector moved by h along one axis. */
  private static double loss(double[] unit, int axis, double h) {
    int t = noise(3).timestep(0, 0, 900, 999);
    double[] gaussian = noise(3).gaussian(0, 0, DIMENSION);
    double[] clean = new double[DIMENSION];
    float[] noised = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      clean[d] = SCALE * (unit[d] + (d == axis ? h : 0));
      noised[d] = (float) (SCHEDULE.signal(t) * clean[d] + SCHEDULE.noise(t) * gaussian[d]);
    }
    float[] predicted = new Bent().predict(new float[][] {noised}, new long[] {t})[0];
    double loss = 0;
    for (int d = 0; d < DIMENSION; d++) {
      loss += (predicted[d] - clean[d]) * (predicted[d] - clean[d]) / DIMENSION;
    }
    return loss;
  }

  private static DiffPurifier purifier(
      int steps, double stepSize, GradientNorm norm, PriorNetwork prior) {
    return new DiffPurifier(
        new DiffPurifierSettings(steps, stepSize, norm, 900, 999, 1, 0), SCHEDULE, SCALE, prior);
  }

  private static NoiseSource noise(int image) {
    return new ImageNoise(7, new byte[] {(byte) image}, 0);
  }

  private static float[] embedding(int seed) {
    Random random = new Random(seed);
    float[] embedding = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = (float) random.nextGaussian();
    }
    return embedding;
  }

  private static double[] unit(float[] embedding) {
    double length = length(embedding);
    double[] unit = new double[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      unit[d] = embedding[d] / length;
    }
    return unit;
  }

  private static double length(float[] vector) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    return Math.sqrt(square);
  }
}
