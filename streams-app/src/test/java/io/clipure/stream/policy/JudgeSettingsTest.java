package io.clipure.stream.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JudgeSettingsTest {

  @Test
  void the_defaults_are_pinned() {
    assertThat(JudgeSettings.defaults()).isEqualTo(new JudgeSettings(0.4, 0.1, null, false));
  }

  @Test
  void settings_out_of_range_are_refused_by_name() {
    assertThatThrownBy(() -> new JudgeSettings(7, 0.1, null, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("low-confidence score is 7.0, expected 0 to 1");
    assertThatThrownBy(() -> new JudgeSettings(0.4, Double.NaN, null, false))
        .hasMessage("low-confidence margin is NaN, expected 0 to 1");
    assertThatThrownBy(() -> new JudgeSettings(0.4, 0.1, Double.POSITIVE_INFINITY, false))
        .hasMessage("suspicion threshold is Infinity, expected a finite number");
  }
}
