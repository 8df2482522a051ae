package io.clipure.stream.policy.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.clipure.stream.clip.ModelInfo.SuspicionModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuspicionFitTest {

  private static List<Map<String, Double>> signals(JsonNode rows) {
    return Arrays.stream(Reference.rows(rows))
        .map(row -> Map.of("a", row[0], "b", row[1], "c", row[2], "constant", 3.0))
        .toList();
  }

  @Test
  void weights_are_those_that_scipy_finds_also_where_the_classes_do_not_overlap() {
    for (JsonNode reference : Reference.get("logistic")) {
      SuspicionModel model =
          SuspicionFit.fit(
              "two-shifts",
              signals(reference.get("clean")),
              signals(reference.get("attacked")),
              reference.get("ridge").doubleValue());
      assertThat(model.views()).isEqualTo("two-shifts");
      assertThat(model.bias()).isCloseTo(reference.get("bias").doubleValue(), within(1e-6));
      assertThat(model.signals())
          .extracting(SuspicionModel.Signal::name)
          .containsExactly("a", "b", "c");
      double[] mean = Reference.numbers(reference.get("mean"));
      double[] scale = Reference.numbers(reference.get("scale"));
      double[] weights = Reference.numbers(reference.get("weights"));
      for (int j = 0; j < 3; j++) {
        SuspicionModel.Signal signal = model.signals().get(j);
        assertThat(signal.mean()).isCloseTo(mean[j], within(1e-12));
        assertThat(signal.scale()).isCloseTo(scale[j], within(1e-12));
        assertThat(signal.weight()).isCloseTo(weights[j], within(1e-6));
      }
    }
  }

  @Test
  void a_signal_that_some_images_lack_is_left_out() {
    SuspicionModel model =
        SuspicionFit.fit(
            "none",
            List.of(Map.of("a", 0.0, "b", 1.0), Map.of("a", 1.0)),
            List.of(Map.of("a", 5.0, "b", 2.0)),
            0.01);
    assertThat(model.signals()).extracting(SuspicionModel.Signal::name).containsExactly("a");
    assertThat(SuspicionFit.score(model, Map.of("a", 5.0)))
        .isGreaterThan(SuspicionFit.score(model, Map.of("a", 0.5)));
  }

  @Test
  void without_a_signal_that_varies_nothing_is_fitted() {
    assertThatThrownBy(
            () ->
                SuspicionFit.fit(
                    "none",
                    List.of(Map.of("a", 1.0), Map.of("a", 1.0)),
                    List.of(Map.of("a", 2.0)),
                    0.01))
        .hasMessageContaining("no signal");
    assertThatThrownBy(() -> SuspicionFit.fit("none", List.of(), List.of(), 0.01))
        .hasMessageStartingWith("0 ordinary and 0 attacked images");
  }
}
