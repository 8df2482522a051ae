package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** With SIGCONT, which nothing else in the test process listens to and which harms nobody. */
@DisabledOnOs(OS.WINDOWS)
class StopSignalsTest {
  private final AtomicInteger seconds = new AtomicInteger();
  private final StopSignals stop = new StopSignals(seconds::incrementAndGet);

  @Test
  void the_first_signal_asks_to_stop_and_the_second_is_told_apart() throws Exception {
    assertThat(stop.listen("CONT")).isTrue();

    raise();
    stop.await();
    assertThat(stop.signal()).isEqualTo("SIGCONT");
    assertThat(seconds).hasValue(0);

    raise();
    await().untilAsserted(() -> assertThat(seconds).hasValue(1));
  }

  @Test
  void a_stop_of_the_services_own_is_no_signal() throws Exception {
    stop.stop();
    stop.await();

    assertThat(stop.signal()).isNull();
  }

  @Test
  void a_signal_that_does_not_exist_is_left_to_the_JVM() {
    assertThat(stop.listen("NOSUCH")).isFalse();
  }

  private static void raise() throws Exception {
    long pid = ProcessHandle.current().pid();
    assertThat(new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor()).isZero();
  }
}
