package io.clipure.stream.ops.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LastingTest {
  private long now;
  private final Lasting minute = new Lasting(Duration.ofMinutes(1), () -> now);

  private boolean after(int seconds, boolean suspicious, Object progress) {
    now += Duration.ofSeconds(seconds).toNanos();
    return minute.is(suspicious, progress);
  }

  @Test
  void what_goes_on_for_the_whole_time_lasts() {
    assertThat(after(0, true, 1)).isFalse();
    assertThat(after(59, true, 1)).isFalse();
    assertThat(after(1, true, 1)).isTrue();
  }

  @Test
  void progress_begins_the_time_anew() {
    after(0, true, 1);
    assertThat(after(59, true, 2)).isFalse();
    assertThat(after(59, true, 2)).isFalse();
    assertThat(after(1, true, 2)).isTrue();
  }

  @Test
  void one_moment_without_begins_the_time_anew() {
    after(0, true, 1);
    after(30, false, 1);
    assertThat(after(30, true, 1)).isFalse();
    assertThat(after(60, true, 1)).isTrue();
  }
}
