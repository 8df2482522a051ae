package io.clipure.stream.policy.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class LowConfidenceTest {

  @Test
  void score_and_margin_are_the_highest_pair_that_keeps_the_share_by_brute_force() {
    JsonNode reference = Reference.get("low_confidence");
    LowConfidence chosen =
        LowConfidence.choose(
            Reference.numbers(reference.get("top")),
            Reference.numbers(reference.get("margin")),
            reference.get("share").doubleValue(),
            0.95);
    assertThat(chosen.score()).isEqualTo(reference.get("score").doubleValue());
    assertThat(chosen.margin()).isEqualTo(reference.get("margin_threshold").doubleValue());
    assertThat(chosen.low()).isEqualTo(reference.get("low").intValue());
    assertThat(chosen.interval().lower()).isLessThan(0.04);
    assertThat(chosen.interval().upper()).isGreaterThan(0.04);
  }

  @Test
  void images_that_are_all_alike_are_all_confident() {
    LowConfidence chosen =
        LowConfidence.choose(new double[] {1, 1, 1}, new double[] {1, 1, 1}, 0.04, 0.95);
    assertThat(chosen.low()).isZero();
  }
}
