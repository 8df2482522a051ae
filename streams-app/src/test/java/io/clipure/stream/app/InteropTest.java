package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.topology.DeadLetters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service with a real registry, and programs in other languages on both sides of it: the
 * README's own, with Confluent's libraries and others that are not ours.
 */
class InteropTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENT_SCHEMA = Path.of("../schemas/src/main/avro/ImageEvent.avsc");
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final byte[] UNKNOWN_ID = {0, 0, 15, 66, 63, 2, 'a'};

  @TempDir private static Path folder;
  private static InteropFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = InteropFixture.start(folder);
    // As the README says for those who begin without a program of ours.
    fixture.registry.register("images-value", Files.readString(EVENT_SCHEMA));
    try (Producer<String, byte[]> producer =
        Clients.producer(
            fixture.config, Map.of(), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("images", "unknown-id", UNKNOWN_ID)).get();
    }
    try (ImagePublisher publisher = Clients.publisher(fixture.config)) {
      publisher.send(event("java/ball", Files.readAllBytes(image("upload-0001.jpg"))));
      publisher.send(event("java/dog", Files.readAllBytes(image("upload-0008.jpg"))));
      publisher.send(event("java/no-image", new byte[] {1, 2, 3}));
      publisher.flush();
      assertThat(publisher.acknowledged()).isEqualTo(3);
    }
    for (String id : List.of("java/ball", "java/dog")) {
      fixture.await("images.labelled", record -> key(record).equals(id));
    }
    for (String id : List.of("unknown-id", "java/no-image")) {
      fixture.await("images.dead-letter", record -> key(record).equals(id));
    }
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static Path image(String name) {
    return BundledImages.files().stream().filter(file -> file.endsWith(name)).findFirst().get();
  }

  private static ImageEvent event(String id, byte[] data) {
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(new InlineImage(ByteBuffer.wrap(data)))
        .setSource("java")
        .setUploadedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .setAttributes(Map.of("user", "41", "note", "naïve \"quotes\""))
        .build();
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static LabelledImage verdict(ConsumerRecord<byte[], byte[]> record) {
    return Clients.serdes(fixture.config)
        .labelledImage()
        .deserializer()
        .deserialize(record.topic(), record.value());
  }

  private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
    Map<String, String> headers = new TreeMap<>();
    record
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  @Test
  void the_service_labels_and_registers_its_results_and_no_registry_of_ours_is_anywhere()
      throws IOException {
    assertThat(fixture.registry.subjects())
        .contains(
            "images-value",
            "images.labelled-value",
            "images.flagged.low-confidence-value",
            "images.flagged.adversarial-value")
        .doesNotContain("images.dead-letter-value");
    assertThat(fixture.config.registry().url().orElseThrow()).startsWith("http://127.0.0.1:");
    assertThat(fixture.log()).doesNotContain("mock://", "MockSchemaRegistry");
    LabelledImage ball =
        verdict(fixture.await("images.labelled", record -> key(record).equals("java/ball")));
    assertThat(ball.getTopLabel()).isEqualTo("ball");
    assertThat(ball.getFlags()).hasSize(2);
    assertThat(ball.getEmbedding().remaining()).isPositive();
    assertThat(ball.getViews()).isNotEmpty();
    assertThat(ball.getViewEmbeddings()).hasSameSizeAs(ball.getViews());
  }

  @Test
  void a_record_whose_schema_the_registry_does_not_know_is_a_dead_letter() {
    ConsumerRecord<byte[], byte[]> letter =
        fixture.await("images.dead-letter", record -> key(record).equals("unknown-id"));
    assertThat(headers(letter)).containsEntry(DeadLetters.REASON, "UNDECODABLE_EVENT");
    assertThat(headers(letter).get(DeadLetters.MESSAGE)).contains("999999").hasLineCount(1);
    assertThat(letter.value()).isEqualTo(UNKNOWN_ID);
  }

  @Test
  void what_javascript_publishes_is_labelled() throws Exception {
    publishes(InteropPrograms.javascript(), "publish.mjs", "javascript");
  }

  @Test
  void what_python_publishes_is_labelled() throws Exception {
    publishes(InteropPrograms.python(), "publish.py", "python");
  }

  private static void publishes(InteropPrograms programs, String program, String language)
      throws Exception {
    // Above the megabyte at which some clients stop by default; what follows the image is not read.
    byte[] large = Arrays.copyOf(Files.readAllBytes(image("upload-0005.jpg")), 2 << 20);
    String name = "large-" + language + ".jpg";
    Path file = Files.write(folder.resolve(name), large);
    Process process =
        programs.start(
            folder.resolve(program + ".out"),
            program,
            List.of(fixture.brokers(), fixture.registry.url(), file.toString()));
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();

    String id = "uploads/" + name;
    ConsumerRecord<byte[], byte[]> sent = fixture.await("images", record -> key(record).equals(id));
    ImageEvent event =
        Clients.serdes(fixture.config)
            .imageEvent()
            .deserializer()
            .deserialize(sent.topic(), sent.value());
    assertThat(event.getId()).isEqualTo(id);
    assertThat(event.getContent()).isEqualTo(new InlineImage(ByteBuffer.wrap(large)));
    assertThat(event.getMediaType()).isNull();
    assertThat(event.getSource()).isEqualTo(language);
    assertThat(event.getUploadedAt()).isBetween(Instant.EPOCH, Instant.now());
    assertThat(event.getAttributes()).isEqualTo(Map.of("user", "42", "album", "größer & schöner"));
    assertThat(sent.partition())
        .as("as a Java producer would choose it, for the order of a key")
        .isEqualTo(Utils.toPositive(Utils.murmur2(sent.key())) % 2);

    LabelledImage verdict =
        verdict(fixture.await("images.labelled", record -> key(record).equals(id)));
    assertThat(verdict.getAttributes()).isEqualTo(event.getAttributes());
    assertThat(verdict.getSource()).isEqualTo(language);
    assertThat(verdict.getOrigin().getOffset()).isEqualTo(sent.offset());
  }

  @Test
  void javascript_reads_what_java_reads() throws Exception {
    reads(InteropPrograms.javascript(), "read.mjs", value -> value);
  }

  @Test
  void python_reads_what_java_reads() throws Exception {
    reads(
        InteropPrograms.python(),
        "read_labelled.py",
        value -> {
          if (value.get("timings") instanceof ObjectNode timings) {
            String time = timings.get("labelledAt").asText();
            timings.put("labelledAt", OffsetDateTime.parse(time).toInstant().toEpochMilli());
          }
          return value;
        });
  }

  /** Every topic's records, by their place, with headers and all fields. */
  private static void reads(
      InteropPrograms programs, String program, UnaryOperator<JsonNode> normal) throws Exception {
    Map<String, ConsumerRecord<byte[], byte[]>> records = fixture.read(fixture.outputs());
    Path output = folder.resolve(program + ".out");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(fixture.brokers(), fixture.registry.url(), program));
    arguments.addAll(fixture.outputs());
    Process process = programs.start(output, program, arguments);
    Map<String, JsonNode> printed = new TreeMap<>();
    try {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                assertThat(process.isAlive()).isTrue();
                return Files.readAllLines(output).size() >= records.size();
              });
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    for (String line : Files.readAllLines(output)) {
      JsonNode one = JSON.readTree(line);
      printed.put(
          InteropFixture.place(
              one.get("topic").asText(), one.get("partition").asInt(), one.get("offset").asLong()),
          one);
    }
    assertThat(printed.keySet()).containsAll(records.keySet());
    records.forEach(
        (place, record) -> {
          JsonNode one = printed.get(place);
          assertThat(one.get("key").asText()).isEqualTo(key(record));
          assertThat(one.get("headers")).isEqualTo(JSON.valueToTree(headers(record)));
          JsonNode expected =
              record.topic().equals("images.dead-letter")
                  ? JSON.getNodeFactory()
                      .textNode(Base64.getEncoder().encodeToString(record.value()))
                  : AvroJson.of(verdict(record));
          assertThat(AvroJson.plain(normal.apply(one.get("value")))).as(place).isEqualTo(expected);
        });
  }
}
