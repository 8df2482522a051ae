package io.clipure.stream.ops.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

class LogAppenderTest {
  private static final String FORGED = "2026-11-26T00:00:00.000Z ERROR [main] forged - all is lost";
  private static final String HOSTILE = "a\n" + FORGED + "\r\u001b[2J\u202e\u2028" + FORGED;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();
  private final LogAppender appender =
      new LogAppender(() -> new PrintStream(bytes, true, StandardCharsets.UTF_8));
  private final Logger log = context.getLogger("io.clipure.stream.Example");

  @BeforeEach
  void start() {
    context.setMDCAdapter(MDC.getMDCAdapter());
    appender.setContext(context);
    appender.start();
    log.addAppender(appender);
  }

  @AfterEach
  void stop() {
    MDC.clear();
    context.stop();
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void use(LogFormat format, int repeats, Duration window) {
    appender.configure(new LogSettings(format, repeats, window, UnaryOperator.identity()));
  }

  @Test
  void a_plain_event_is_one_line_whatever_a_stranger_put_into_it() {
    MDC.put("event", HOSTILE);
    log.warn("read {}", HOSTILE);
    log.error("failed", new IllegalStateException(HOSTILE, new IOException(HOSTILE)));

    assertThat(lines()).filteredOn(line -> line.startsWith("20")).hasSize(2);
    assertThat(lines().get(0))
        .contains("WARN  [", "i.c.stream.Example - read a\\u{a}2026-11-26", "{event=a\\u{a}2026");
    assertThat(lines())
        .filteredOn(line -> !line.startsWith("20"))
        .allMatch(line -> line.startsWith("\tat ") || line.startsWith("\t...") || isFailure(line));
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .doesNotContain("\u001b", "\u202e", "\u2028", "\r");
  }

  private static boolean isFailure(String line) {
    return line.startsWith("java.lang.IllegalStateException: a\\u{a}")
        || line.startsWith("Caused by: java.io.IOException: a\\u{a}");
  }

  @Test
  void a_json_event_is_an_object_on_a_line_with_the_images_coordinates_on_top() throws IOException {
    use(LogFormat.JSON, 20, Duration.ofMinutes(1));
    MDC.put("event", HOSTILE);
    MDC.put("offset", "17");
    log.error("failed {}", HOSTILE, new IllegalStateException(HOSTILE));

    assertThat(lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines().get(0));
    assertThat(line.get("message").asText()).isEqualTo("failed " + HOSTILE);
    assertThat(line.get("level").asText()).isEqualTo("ERROR");
    assertThat(line.get("logger").asText()).isEqualTo("io.clipure.stream.Example");
    assertThat(line.get("event").asText()).isEqualTo(HOSTILE);
    assertThat(line.get("offset").asText()).isEqualTo("17");
    assertThat(line.get("stack_trace").asText()).contains("IllegalStateException", "\tat ");
    assertThat(line.get("@timestamp").asText()).startsWith("20");
    assertThat(line.properties()).hasSize(8);
  }

  @Test
  void a_storm_is_its_first_lines_and_a_count() {
    use(LogFormat.PLAIN, 20, Duration.ofMinutes(1));
    for (int i = 0; i < 10_000; i++) {
      log.warn("image {} of {} is broken", i, "upload");
      if (i == 5_000) {
        log.warn("something else");
      }
    }
    appender.flush();

    assertThat(lines()).hasSize(22);
    assertThat(lines().get(20)).endsWith("something else");
    assertThat(lines().get(21))
        .contains(
            "WARN ", "Example - … repeated 9,980 times in ", "image 9999 of upload is broken");
  }

  @Test
  void messages_that_differ_in_figures_only_are_alike_however_they_were_made() {
    use(LogFormat.PLAIN, 2, Duration.ofMinutes(1));
    for (int i = 0; i < 50; i++) {
      log.info("node " + i + " went away");
      log.info("{}", "partition " + i + " is lost");
    }

    assertThat(lines()).hasSize(4);
  }

  @Test
  void the_count_is_told_when_the_window_ends_though_nobody_logs_any_more() {
    use(LogFormat.PLAIN, 1, Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      log.warn("again");
    }

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(lines()).hasSize(2).last().asString().contains("repeated 2 times"));
    log.warn("again");
    assertThat(lines()).hasSize(3).last().asString().endsWith("again");
  }

  @Test
  void without_a_limit_every_line_is_written() {
    use(LogFormat.PLAIN, 0, Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      log.warn("again");
    }
    assertThat(lines()).hasSize(100);
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void secrets_are_cut_out_of_messages_exceptions_and_context(LogFormat format) {
    UnaryOperator<String> redact = text -> text.replace("s3cr3t", "(hidden)");
    appender.configure(new LogSettings(format, 1, Duration.ofMinutes(1), redact));
    MDC.put("event", "s3cr3t");
    Map<String, String> said = Map.of("password", "s3cr3t");
    for (int i = 0; i < 3; i++) {
      log.atWarn()
          .addKeyValue("key", "s3cr3t")
          .setCause(new IllegalStateException("s3cr3t", new IOException("no s3cr3t")))
          .log("used {} and s3cr3t", said);
    }
    appender.flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("(hidden)", "repeated 2 times", "IOException")
        .doesNotContain("s3cr3t");
  }

  @Test
  void a_format_that_was_asked_for_wins_over_what_is_configured_later() {
    appender.pin(LogFormat.JSON);
    use(LogFormat.PLAIN, 20, Duration.ofMinutes(1));
    log.info("hello");
    assertThat(lines().get(0)).startsWith("{");
  }
}
