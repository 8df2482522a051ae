package io.clipure.stream.app;

import static io.clipure.stream.app.TraceCollector.attribute;
import static io.clipure.stream.app.TraceCollector.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigException;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.ModerationListener;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One trace from the publisher through the service to whoever reads a result. */
class TracingServiceTest {
  private static final String PUBLISHER_SPAN = "00f067aa0ba902b7";
  private static final List<String> STAGES = List.of("load", "queue", "encode", "hold", "judge");

  private static AuditFixture fixture;
  private static TraceCollector collector;
  private static Map<String, ConsumerRecord<byte[], byte[]>> results;

  @BeforeAll
  static void run() throws Exception {
    collector = new TraceCollector();
    fixture =
        new AuditFixture(
            Map.of(
                "tracing.enabled", "true",
                "tracing.endpoint", collector.address(),
                "tracing.service-name", "moderation"));
    byte[] image = Files.readAllBytes(BundledImages.files().get(0));
    publish("traced", image, "traceparent", parent(1, "01"), "camera", "7");
    publish("second", image, "traceparent", parent(2, "01"));
    publish("bad", new byte[] {1, 2, 3}, "traceparent", parent(3, "01"));
    publish("unrecorded", image, "traceparent", parent(4, "00"));
    publish("fresh", image);
    publish("forged", image, "traceparent", parent(6, "01"), "clipure.reason", "LIES");
    try (Tracing tracing = Tracing.of(fixture.config)) {
      try (Service service =
          Service.start(fixture.config, Home.locate(), tracing.listener(), () -> {})) {
        results = await(6);
        assertThat(service.stop()).isTrue();
      }
    }
  }

  @AfterAll
  static void close() {
    fixture.close();
    collector.close();
  }

  /** A trace id that names its number. */
  private static String trace(int number) {
    return "4bf92f3577b34da6a3ce929d0e0e47%02d".formatted(number);
  }

  private static String parent(int number, String flags) {
    return "00-" + trace(number) + "-" + PUBLISHER_SPAN + "-" + flags;
  }

  private static void publish(String id, byte[] image, String... headers) throws Exception {
    try (Producer<String, ImageEvent> producer =
        Clients.producer(
            fixture.config,
            Map.of(),
            new StringSerializer(),
            Clients.serdes(fixture.config).imageEvent().serializer())) {
      ImageEvent event =
          ImageEvent.newBuilder()
              .setId(id)
              .setContent(new InlineImage(ByteBuffer.wrap(image)))
              .build();
      ProducerRecord<String, ImageEvent> record =
          new ProducerRecord<>(fixture.config.topics().images(), 0, id, event);
      for (int i = 0; i < headers.length; i += 2) {
        record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
      }
      producer.send(record).get();
    }
  }

  /** Results and dead letters by key, as soon as there are so many. */
  private static Map<String, ConsumerRecord<byte[], byte[]>> await(int count) {
    Map<String, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              for (String topic :
                  List.of(
                      fixture.config.topics().labelled(), fixture.config.topics().deadLetter())) {
                NewestRecords.each(
                    fixture.config,
                    topic,
                    100,
                    record -> {
                      found.put(new String(record.key(), StandardCharsets.UTF_8), record);
                      return true;
                    });
              }
              return found.size() >= count;
            });
    return found;
  }

  private static String header(String id, String name) {
    Headers headers = results.get(id).headers();
    assertThat(headers.headers(name)).hasSize(1);
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static Span span(int number, String name) {
    return collector.span(trace(number), name).orElseThrow();
  }

  @Test
  void the_trace_of_the_publisher_goes_through_every_stage_to_the_reader_of_the_result() {
    Span process = span(1, "process images");
    Span send = span(1, "send images.labelled");

    assertThat(hex(process.getParentSpanId())).isEqualTo(PUBLISHER_SPAN);
    assertThat(process.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
    assertThat(attribute(process, "clipure.event")).isEqualTo("traced");
    assertThat(attribute(process, "messaging.destination.name")).isEqualTo("images");
    assertThat(attribute(process, "clipure.decision")).isIn("ALLOW", "REVIEW", "BLOCK");
    for (String stage : STAGES) {
      assertThat(span(1, stage).getParentSpanId()).as(stage).isEqualTo(process.getSpanId());
      assertThat(span(1, stage).getStartTimeUnixNano())
          .isBetween(process.getStartTimeUnixNano(), process.getEndTimeUnixNano());
    }
    assertThat(send.getParentSpanId()).isEqualTo(process.getSpanId());
    assertThat(header("traced", "traceparent"))
        .isEqualTo("00-" + trace(1) + "-" + hex(send.getSpanId()) + "-01");
    assertThat(header("traced", "camera")).isEqualTo("7");
    assertThat(collector.services()).containsOnly("moderation");
  }

  @Test
  void stages_follow_one_another_without_gaps() {
    for (int i = 1; i < STAGES.size(); i++) {
      long end = span(1, STAGES.get(i - 1)).getEndTimeUnixNano();
      assertThat(span(1, STAGES.get(i)).getStartTimeUnixNano())
          .as(STAGES.get(i))
          .isCloseTo(end, org.assertj.core.api.Assertions.within(1_000_000L));
    }
  }

  @Test
  void a_batch_and_its_images_are_linked_both_ways() {
    Span encode = span(1, "encode");
    assertThat(encode.getLinksList()).hasSize(1);
    Span batch =
        collector.spans().stream()
            .filter(span -> span.getSpanId().equals(encode.getLinks(0).getSpanId()))
            .findFirst()
            .orElseThrow();

    assertThat(batch.getName()).isEqualTo("encode batch");
    assertThat(batch.getParentSpanId().isEmpty()).isTrue();
    assertThat(batch.getTraceId()).isNotEqualTo(encode.getTraceId());
    assertThat(batch.getLinksList())
        .extracting(link -> link.getSpanId())
        .contains(encode.getSpanId());
  }

  @Test
  void a_dead_letter_goes_on_in_the_trace_of_its_event_with_its_reason() {
    Span process = span(3, "process images");
    Span send = span(3, "send images.dead-letter");

    assertThat(hex(process.getParentSpanId())).isEqualTo(PUBLISHER_SPAN);
    assertThat(process.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(process.getEndTimeUnixNano()).isGreaterThan(process.getStartTimeUnixNano());
    assertThat(attribute(process, "error.type")).isEqualTo("UNSUPPORTED_FORMAT");
    assertThat(header("bad", "traceparent"))
        .isEqualTo("00-" + trace(3) + "-" + hex(send.getSpanId()) + "-01");
  }

  @Test
  void a_trace_that_its_publisher_does_not_record_is_passed_on_and_not_recorded() {
    assertThat(collector.trace(trace(4))).isEmpty();
    assertThat(header("unrecorded", "traceparent")).startsWith("00-" + trace(4)).endsWith("-00");
  }

  @Test
  void an_event_without_a_trace_begins_one() {
    String begun = header("fresh", "traceparent").split("-")[1];
    assertThat(collector.span(begun, "process images").orElseThrow().getParentSpanId().isEmpty())
        .isTrue();
  }

  @Test
  void forged_headers_of_ours_are_dropped_as_ever() {
    assertThat(results.get("forged").headers().lastHeader("clipure.reason")).isNull();
    assertThat(header("forged", "traceparent")).startsWith("00-" + trace(6));
  }

  @Test
  void without_tracing_nobody_listens_and_headers_stay_as_they_came() throws Exception {
    AppConfig off =
        AppConfig.load(
            List.of(
                ConfigSource.flags(
                    Map.of(
                        "kafka.bootstrap.servers",
                        fixture.config.stream().bootstrapServers().orElseThrow(),
                        "schema.registry.url",
                        fixture.config.registry().url().orElseThrow()))));
    byte[] image = Files.readAllBytes(BundledImages.files().get(0));
    publish("off", image, "camera", "7");
    publish("off-traced", image, "traceparent", parent(8, "01"));
    int spans = collector.spans().size();
    try (Tracing tracing = Tracing.of(off)) {
      assertThat(tracing.listener()).isSameAs(ModerationListener.NONE);
      try (Service service = Service.start(off, Home.locate(), tracing.listener(), () -> {})) {
        Map<String, ConsumerRecord<byte[], byte[]>> found = await(8);
        assertThat(names(found.get("off").headers()))
            .contains("camera")
            .doesNotContain("traceparent");
        Header untouched = found.get("off-traced").headers().lastHeader("traceparent");
        assertThat(new String(untouched.value(), StandardCharsets.UTF_8))
            .isEqualTo(parent(8, "01"));
        assertThat(service.stop()).isTrue();
      }
    }
    assertThat(collector.spans()).hasSize(spans);
  }

  private static List<String> names(Headers headers) {
    return StreamSupport.stream(headers.spliterator(), false).map(Header::key).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "tracing.endpoint, ftp://collector:4318",
    "tracing.endpoint, collector",
    "tracing.endpoint, http://me:secret@collector:4318",
    "tracing.sample-ratio, 1.5",
    "tracing.sample-ratio, many",
    "tracing.service-name, 'a b'",
    "tracing.enabled, perhaps",
    "log.format, xml",
    "log.repeats, -1",
    "log.repeat-window, 0s"
  })
  void bad_values_are_refused_naming_the_key(String key, String value) {
    assertThatThrownBy(() -> AppConfig.load(List.of(ConfigSource.flags(Map.of(key, value)))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("expected")
        .message()
        .doesNotContain("me:secret");
  }
}
