package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.DeadLetters;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Given one partition on which every kind of bad input stands between good images, when the real
 * service has read it, then each bad one is a dead letter with its reason and its original bytes,
 * and each good one has its verdict.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private final Map<String, byte[]> sent = new LinkedHashMap<>();
  private final Map<String, ConsumerRecord<String, byte[]>> deadLetters = new HashMap<>();
  private final Map<String, ConsumerRecord<String, byte[]>> labelled = new HashMap<>();

  @BeforeAll
  void runEverythingThroughTheService() throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      AppConfig config =
          AppConfig.load(
              List.of(
                  ConfigSource.flags(
                      Map.of(
                          "kafka.bootstrap.servers",
                          broker.bootstrapServers(),
                          "schema.registry.url",
                          "mock://bad-input"))));
      TopicSetup.create(broker, config, 1);
      prepare(config);
      publish(config);
      try (Service service = Service.start(config, Home.locate())) {
        read(config, service);
      }
    }
  }

  @AfterAll
  void forget() {
    sent.clear();
    deadLetters.clear();
    labelled.clear();
  }

  private void prepare(AppConfig config) throws IOException {
    byte[] jpeg = good(0);
    Map<String, Object> contents = new LinkedHashMap<>();
    contents.put("good-0", inline(good(0)));
    contents.put("text", inline("GIF? no, a letter".getBytes(StandardCharsets.UTF_8)));
    contents.put("good-1", inline(good(1)));
    contents.put("truncated", inline(Arrays.copyOf(jpeg, jpeg.length / 2)));
    contents.put("good-2", inline(good(2)));
    contents.put("empty", inline(new byte[0]));
    contents.put("bomb", inline(pngHeader(30_000, 30_000)));
    contents.put("good-3", inline(good(3)));
    contents.put("blob", inline(new byte[50 << 20]));
    contents.put("good-4", inline(good(4)));
    contents.put("scheme", new ImageReference("gopher://example.org/cat.jpg"));
    contents.put("outside", new ImageReference("file:///etc/hostname"));
    try (var values = Clients.serdes(config).imageEvent()) {
      contents.forEach(
          (id, content) ->
              sent.put(
                  id,
                  values
                      .serializer()
                      .serialize(
                          config.topics().images(),
                          ImageEvent.newBuilder().setId(id).setContent(content).build())));
    }
    sent.put("garbage", "neither Avro nor an image".getBytes(StandardCharsets.UTF_8));
    sent.put("good-5", sent.get("good-0"));
  }

  private static InlineImage inline(byte[] data) {
    return new InlineImage(ByteBuffer.wrap(data));
  }

  private static byte[] good(int index) throws IOException {
    return Files.readAllBytes(BundledImages.files().get(index));
  }

  /** A PNG that claims its size and holds not one pixel. */
  private static byte[] pngHeader(int width, int height) throws IOException {
    ByteArrayOutputStream ihdr = new ByteArrayOutputStream();
    DataOutputStream chunk = new DataOutputStream(ihdr);
    chunk.writeBytes("IHDR");
    chunk.writeInt(width);
    chunk.writeInt(height);
    chunk.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(ihdr.toByteArray());
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(png);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    out.writeInt(13);
    out.write(ihdr.toByteArray());
    out.writeInt((int) crc.getValue());
    return png.toByteArray();
  }

  private void publish(AppConfig config) {
    Map<String, Object> client = Clients.producerConfig(config);
    client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 << 20);
    client.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
      sent.forEach(
          (id, value) ->
              producer.send(new ProducerRecord<>(config.topics().images(), 0, id, value)));
    }
  }

  private void read(AppConfig config, Service service) {
    Map<String, Object> client = Clients.consumerConfig(config);
    client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          List.of(
              new TopicPartition(config.topics().labelled(), 0),
              new TopicPartition(config.topics().deadLetter(), 0)));
      long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (deadLetters.size() + labelled.size() < sent.size()) {
        assertThat(System.nanoTime()).as("still missing after two minutes").isLessThan(deadline);
        assertThat(service.lastWords()).isEmpty();
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record ->
                    (record.topic().equals(config.topics().labelled()) ? labelled : deadLetters)
                        .put(record.key(), record));
      }
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void everyKindOfBadInputHasItsReasonCode() {
    Map<String, String> reasons =
        deadLetters.values().stream()
            .collect(
                Collectors.toMap(
                    ConsumerRecord::key, record -> header(record, DeadLetters.REASON)));
    assertThat(reasons)
        .isEqualTo(
            Map.of(
                "text", "UNSUPPORTED_FORMAT",
                "truncated", "CORRUPT_IMAGE",
                "empty", "EMPTY_CONTENT",
                "bomb", "TOO_MANY_PIXELS",
                "blob", "TOO_MANY_BYTES",
                "scheme", "UNSUPPORTED_SCHEME",
                "outside", "FORBIDDEN_REFERENCE",
                "garbage", "UNDECODABLE_EVENT"));
  }

  @Test
  void aDeadLetterCarriesTheOriginalBytes() {
    deadLetters.forEach(
        (id, record) -> assertThat(Arrays.equals(record.value(), sent.get(id))).as(id).isTrue());
  }

  @Test
  void aDeadLetterSaysWhereTheEventStood() {
    List<String> order = List.copyOf(sent.keySet());
    deadLetters.forEach(
        (id, record) ->
            assertThat(header(record, DeadLetters.SOURCE_OFFSET))
                .as(id)
                .isEqualTo(Integer.toString(order.indexOf(id))));
  }

  @Test
  void goodImagesBetweenBadOnesHaveTheirVerdicts() {
    assertThat(labelled.keySet())
        .containsExactlyInAnyOrder("good-0", "good-1", "good-2", "good-3", "good-4", "good-5");
  }

  @Test
  void messagesAreOneLineWithoutTheImagesBytes() {
    assertThat(deadLetters.values())
        .allSatisfy(
            record ->
                assertThat(header(record, DeadLetters.MESSAGE))
                    .hasLineCount(1)
                    .hasSizeBetween(10, 400));
  }
}
