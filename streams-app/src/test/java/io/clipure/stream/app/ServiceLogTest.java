package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.ops.logs.LogAppender;
import io.clipure.stream.ops.logs.LogFormat;
import io.clipure.stream.ops.logs.LogSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a running service writes to its log. */
class ServiceLogTest {
  private static final int BAD = 400;
  private static final String HOSTILE = "evil\n2026-11-26 ERROR forged\u001b[2J";

  @Test
  void storms_are_a_few_lines_and_a_count_and_lines_about_an_image_name_its_event()
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LogAppender appender =
        new LogAppender(() -> new PrintStream(bytes, true, StandardCharsets.UTF_8));
    Logger ours = (Logger) LoggerFactory.getLogger("io.clipure.stream");
    Level before = ours.getLevel();
    appender.setContext(ours.getLoggerContext());
    appender.start();
    try (AuditFixture fixture = new AuditFixture(Map.of())) {
      appender.configure(
          new LogSettings(LogFormat.JSON, 20, Duration.ofHours(1), fixture.config::redact));
      publish(fixture);
      ours.setLevel(Level.DEBUG);
      ours.setAdditive(false);
      ours.addAppender(appender);
      try (Service service = Service.start(fixture.config, Home.locate());
          OutputReader outputs = new OutputReader(fixture.config)) {
        TreeSet<String> ended = new TreeSet<>();
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () -> {
                  outputs.poll(Duration.ofMillis(100), output -> ended.add(output.id()));
                  return ended.size() == BAD + 2;
                });
        brokerAway(fixture);
        await()
            .atMost(Duration.ofMinutes(2))
            .until(service::status, status -> status.contains("live RUNNING"));
        assertThat(service.stop()).isTrue();
      }
    } finally {
      ours.detachAppender(appender);
      ours.setLevel(before);
      ours.setAdditive(true);
      appender.stop();
    }

    List<JsonNode> lines = new ArrayList<>();
    for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    List<JsonNode> letters =
        lines.stream()
            .filter(line -> line.get("message").asText().contains("Dead letter UNSUPPORTED"))
            .toList();
    assertThat(letters).hasSize(21);
    assertThat(letters.get(20).get("message").asText())
        .startsWith("… repeated %d times in ".formatted(BAD + 1 - 20));
    assertThat(letters.subList(0, 20))
        .allSatisfy(
            line -> {
              assertThat(line.get("event").asText()).matches("bad-\\d+|(?s)evil\n.*");
              assertThat(line.get("topic").asText()).isEqualTo("images");
              assertThat(line.get("partition").asText()).matches("[01]");
              assertThat(line.get("offset").asText()).matches("\\d+");
            });
    assertThat(lines)
        .filteredOn(line -> line.path("event").asText().equals("good"))
        .extracting(line -> line.get("logger").asText())
        .contains("io.clipure.stream.topology.UnwrapProcessor");
    assertThat(lines)
        .as("lines that are about no image name none")
        .filteredOn(line -> line.get("message").asText().contains("state "))
        .isNotEmpty()
        .noneMatch(line -> line.has("event"));
  }

  /** Kafka's clients try again and again, and say so each time. */
  private static void brokerAway(AuditFixture fixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AtomicInteger said = new AtomicInteger();
    LogAppender appender =
        new LogAppender(() -> new PrintStream(bytes, true, StandardCharsets.UTF_8));
    AppenderBase<ILoggingEvent> counting =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            said.incrementAndGet();
          }
        };
    Logger kafka = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");
    for (var one : List.of(appender, counting)) {
      one.setContext(kafka.getLoggerContext());
      one.start();
    }
    appender.configure(
        new LogSettings(LogFormat.PLAIN, 5, Duration.ofHours(1), fixture.config::redact));
    kafka.setLevel(Level.INFO);
    kafka.setAdditive(false);
    kafka.addAppender(appender);
    kafka.addAppender(counting);
    try {
      fixture.broker().stopNode(0);
      await().atMost(Duration.ofMinutes(2)).until(() -> said.get() > 400);
      fixture.broker().startNode(0);
    } finally {
      kafka.detachAppender(appender);
      kafka.detachAppender(counting);
      // Not before: a line after it would be the first of a new window.
      appender.flush();
      kafka.setLevel(null);
      kafka.setAdditive(true);
    }

    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    Map<String, Integer> kinds = new TreeMap<>();
    lines.stream()
        .filter(line -> line.startsWith("20") && !line.contains("… repeated"))
        .map(line -> line.replaceFirst("^\\S+ ", "").replaceAll("\\[[^ ]*\\] |\\d+", ""))
        .forEach(kind -> kinds.merge(kind, 1, Integer::sum));
    assertThat(kinds.values()).isNotEmpty().allMatch(count -> count <= 5);
    assertThat(lines).anyMatch(line -> line.contains("… repeated "));
    assertThat(lines).hasSizeLessThan(said.get() / 2);
  }

  private static void publish(AuditFixture fixture) throws IOException {
    try (ImagePublisher publisher = Clients.publisher(fixture.config)) {
      publisher.send(event(HOSTILE, new byte[] {1, 2, 3}));
      for (int i = 0; i < BAD; i++) {
        publisher.send(event("bad-" + i, new byte[] {1, 2, 3, (byte) i}));
      }
      Path good = BundledImages.files().get(0);
      publisher.send(event("good", Files.readAllBytes(good)));
      publisher.flush();
    }
  }

  private static ImageEvent event(String id, byte[] image) {
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(new InlineImage(ByteBuffer.wrap(image)))
        .build();
  }
}
