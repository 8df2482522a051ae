package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Which image a line of the log is about. */
class OriginTest {
  private static final Origin CAT = new Origin("cat", "images", 3, 17);

  @Test
  void lines_of_a_load_thread_name_the_image_and_those_after_it_none() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(StepRunner.class);
    lines.start();
    log.addAppender(lines);
    try (Rig rig = new Rig(Rig.settings(1, 4), 1, GatedEncoder::new)) {
      Ticket<String> ticket =
          rig.pipeline.trySubmit(
              Rig.CALLER,
              Job.live(
                  1,
                  new Step.Decode<>(
                      0,
                      () -> {
                        throw new IllegalStateException("a bug");
                      })),
              CAT);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ticket.outcome() instanceof Outcome.Failed);
    } finally {
      log.detachAppender(lines);
    }

    assertThat(List.copyOf(lines.list))
        .filteredOn(line -> line.getMessage().contains("failed unexpectedly"))
        .hasSize(1)
        .allSatisfy(
            line ->
                assertThat(line.getMDCPropertyMap())
                    .containsAllEntriesOf(
                        Map.of(
                            "event", "cat", "topic", "images", "partition", "3", "offset", "17")));
    CAT.enter();
    Origin.leave();
    assertThat(MDC.get(Origin.EVENT)).isNull();
    Origin.NONE.enter();
    assertThat(MDC.get(Origin.TOPIC)).isNull();
  }
}
