package io.clipure.stream.policy.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LabelThresholdsTest {
  private final JsonNode reference = Reference.get("label");
  private final double[] scores = Reference.numbers(reference.get("scores"));
  private final boolean[] isLabel = new boolean[scores.length];

  LabelThresholdsTest() {
    for (int i = 0; i < isLabel.length; i++) {
      isLabel[i] = reference.get("is_label").get(i).booleanValue();
    }
  }

  @Test
  void the_threshold_is_the_lowest_that_keeps_the_precision_by_brute_force() {
    LabelThresholds.Chosen chosen =
        (LabelThresholds.Chosen)
            LabelThresholds.forPrecision(
                scores,
                isLabel,
                reference.get("precision").doubleValue(),
                reference.get("confidence").doubleValue());
    assertThat(chosen.threshold()).isEqualTo(reference.get("threshold").doubleValue());
    assertThat(chosen.found()).isEqualTo(reference.get("found").intValue());
    assertThat(chosen.others()).isEqualTo(reference.get("others").intValue());
    assertThat(chosen.images()).isEqualTo(120);
  }

  @Test
  void too_few_images_are_told_how_many_it_takes() {
    assertThat(
            LabelThresholds.forPrecision(
                new double[] {0.9, 0.1}, new boolean[] {true, false}, 0.9, 0.95))
        .isEqualTo(new LabelThresholds.TooFew(1, 29));
    assertThat(
            LabelThresholds.forFalsePositives(
                new double[] {0.9, 0.1}, new boolean[] {true, false}, 0.01, 0.95))
        .isEqualTo(new LabelThresholds.TooFew(1, 299));
  }

  @Test
  void a_label_that_catches_others_at_every_score_gets_no_threshold() {
    double[] same = new double[200];
    Arrays.fill(same, 0.5);
    boolean[] half = new boolean[200];
    Arrays.fill(half, 0, 100, true);
    assertThat(LabelThresholds.forPrecision(same, half, 0.9, 0.95))
        .isInstanceOf(LabelThresholds.Unreachable.class);
  }

  @Test
  void a_budget_of_false_positives_holds_for_the_images_of_other_labels() {
    LabelThresholds.Chosen chosen =
        (LabelThresholds.Chosen) LabelThresholds.forFalsePositives(scores, isLabel, 0.02, 0.95);
    assertThat(chosen.others()).isEqualTo(3);
    assertThat(chosen.recall().lower()).isGreaterThan(0.5);
  }
}
