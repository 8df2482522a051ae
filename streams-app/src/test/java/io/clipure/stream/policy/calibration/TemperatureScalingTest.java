package io.clipure.stream.policy.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TemperatureScalingTest {
  private final JsonNode reference = Reference.get("temperature");
  private final double[][] logits = Reference.rows(reference.get("logits"));
  private final int[] truth =
      Arrays.stream(Reference.numbers(reference.get("truth"))).mapToInt(t -> (int) t).toArray();

  private double[][] scores(double temperature) {
    return Arrays.stream(logits).map(row -> softmax(row, temperature)).toArray(double[][]::new);
  }

  private static double[] softmax(double[] logits, double temperature) {
    double[] scores = Arrays.stream(logits).map(x -> Math.exp(x / temperature)).toArray();
    double sum = Arrays.stream(scores).sum();
    return Arrays.stream(scores).map(x -> x / sum).toArray();
  }

  @Test
  void the_temperature_is_the_one_that_scipy_finds() {
    TemperatureScaling.Fit fit =
        TemperatureScaling.fit(t -> TemperatureScaling.negativeLogLikelihood(scores(t), truth));
    assertThat(fit.determined()).isTrue();
    double temperature = reference.get("temperature").doubleValue();
    assertThat(fit.temperature()).isCloseTo(temperature, within(2e-5 * temperature));
    assertThat(fit.before()).isCloseTo(reference.get("before").doubleValue(), within(1e-12));
    assertThat(fit.after()).isCloseTo(reference.get("after").doubleValue(), within(1e-9));
  }

  @Test
  void the_calibration_error_is_that_of_numpy_in_bins_of_either_kind() {
    double[][] scores = scores(1);
    double[] confidence =
        Arrays.stream(scores).mapToDouble(r -> Arrays.stream(r).max().orElseThrow()).toArray();
    boolean[] right = new boolean[truth.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = scores[i][truth[i]] == confidence[i];
    }
    Reliability width = Reliability.equalWidth(confidence, right, 15);
    assertThat(width.error()).isCloseTo(reference.get("ece_width").doubleValue(), within(1e-12));
    Reliability mass = Reliability.equalMass(confidence, right, 15);
    assertThat(mass.error()).isCloseTo(reference.get("ece_mass").doubleValue(), within(1e-12));
    assertThat(mass.bins()).hasSize(15).allMatch(bin -> bin.images() == 20);
  }

  @Test
  void where_every_image_is_right_no_temperature_is_made_up() {
    double[][] sure = {{5, 0}, {4, 0}, {0, 3}};
    int[] labels = {0, 0, 1};
    TemperatureScaling.Fit fit =
        TemperatureScaling.fit(
            t ->
                TemperatureScaling.negativeLogLikelihood(
                    IntStream.range(0, 3)
                        .mapToObj(i -> softmax(sure[i], t))
                        .toArray(double[][]::new),
                    labels));
    assertThat(fit.determined()).isFalse();
    assertThat(fit.temperature()).isEqualTo(1);
    assertThat(fit.after()).isEqualTo(fit.before());
  }
}
