package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(7);
  private final Pace pace = new Pace(100, now::get, now::addAndGet);

  @Test
  void soManyASecondPass() {
    for (int i = 0; i < 250; i++) {
      pace.run();
    }
    assertThat(now.get() - 7).isEqualTo(250 * SECOND / 100);
  }

  @Test
  void anIdleHourIsNotMadeUpForAtOnce() {
    now.addAndGet(3_600 * SECOND);
    long resumed = now.get();
    for (int i = 0; i < 300; i++) {
      pace.run();
    }
    assertThat(now.get() - resumed).as("300 less one second's worth").isEqualTo(2 * SECOND);
  }
}
