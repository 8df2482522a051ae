package io.clipure.stream.ops.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatLimitTest {
  private final List<RepeatLimit.Repeated> ended = new ArrayList<>();

  private static RepeatLimit.Kind kind(String template) {
    return new RepeatLimit.Kind("logger", "WARN", template, "");
  }

  @Test
  void each_window_begins_anew() {
    RepeatLimit limit = new RepeatLimit(2, 100, 10);
    int passed = 0;
    for (int now = 0; now < 200; now += 10) {
      passed += limit.admit(kind("a"), "a at " + now, now, ended) ? 1 : 0;
    }

    assertThat(passed).isEqualTo(4);
    assertThat(ended).containsExactly(new RepeatLimit.Repeated(kind("a"), "a at 90", 8, 90));
    assertThat(limit.end()).containsExactly(new RepeatLimit.Repeated(kind("a"), "a at 190", 8, 90));
    assertThat(limit.end()).isEmpty();
  }

  @Test
  void one_storm_does_not_hide_another_kind() {
    RepeatLimit limit = new RepeatLimit(1, 100, 10);
    limit.admit(kind("a"), "", 0, ended);
    assertThat(limit.admit(kind("a"), "", 1, ended)).isFalse();
    assertThat(limit.admit(kind("b"), "", 1, ended)).isTrue();
    assertThat(limit.holds()).isTrue();
  }

  @Test
  void too_many_kinds_end_the_oldest_window_and_lose_no_count() {
    RepeatLimit limit = new RepeatLimit(1, 1_000_000, 10);
    for (int i = 0; i < 10_000; i++) {
      limit.admit(kind("k" + i), "", i, ended);
      limit.admit(kind("k" + i), "", i, ended);
    }

    assertThat(ended).hasSize(9_990);
    assertThat(limit.end()).hasSize(10);
  }
}
