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

  private static double atPrecision(double[] others, double... own) {
    double[] scores = new double[40 + others.length];
    boolean[] isLabel = new boolean[scores.length];
    for (int i = 0; i < 40; i++) {
      scores[i] = own[i % own.length];
      isLabel[i] = true;
    }
    System.arraycopy(others, 0, scores, 40, others.length);
    LabelThresholds.Outcome outcome = LabelThresholds.forPrecision(scores, isLabel, 0.9, 0.95);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            LabelThresholds.Chosen.class,
            chosen -> {
              assertThat(chosen.found()).isEqualTo(40);
              assertThat(chosen.others()).isZero();
            });
    return ((LabelThresholds.Chosen) outcome).threshold();
  }

  @Test
  void the_threshold_is_halfway_between_the_lowest_score_caught_and_the_highest_left_out() {
    double[] others = new double[40];
    Arrays.fill(others, 0.25);
    assertThat(atPrecision(others, 0.75, 0.875)).isEqualTo(0.5);
  }

  @Test
  void where_nothing_is_left_out_the_threshold_is_half_the_lowest_score() {
    assertThat(atPrecision(new double[0], 0.75, 0.875)).isEqualTo(0.375);
  }

  @Test
  void between_neighbouring_numbers_the_threshold_is_the_upper_one() {
    double[] others = new double[40];
    for (double score : new double[] {0.5, Math.nextUp(0.5)}) {
      Arrays.fill(others, score);
      assertThat(atPrecision(others, Math.nextUp(score))).isEqualTo(Math.nextUp(score));
    }
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
