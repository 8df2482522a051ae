package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.image.hostile.HostileImage;
import io.clipure.stream.image.hostile.HostileImages;
import io.clipure.stream.image.hostile.HostileTable;
import io.clipure.stream.topology.DeadLetters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * Given one partition of a thousand hostile files with sound images between them, when the real
 * service has read it, then each file has a verdict or is a dead letter with its reason and its
 * bytes, each sound image is judged, and the order is kept.
 *
 * <p>Files above a megabyte are left to {@code HostileImagesTest}: here they would test the broker.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest {
  private static final int MOST_BYTES = 1 << 20;
  private static final int EVERY = 10;
  private static final String SOUND = "sound image ";

  private final List<String> ids = new ArrayList<>();
  private final Map<String, String> kinds = new LinkedHashMap<>();
  private final Map<String, String> digests = new HashMap<>();
  private final List<ConsumerRecord<String, byte[]>> deadLetters = new ArrayList<>();
  private final List<ConsumerRecord<String, byte[]>> labelled = new ArrayList<>();

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
                          "mock://hostile-input"))));
      TopicSetup.create(broker, config, 1);
      publish(config);
      try (Service service = Service.start(config, Home.locate())) {
        read(config, service);
      }
    }
  }

  @AfterAll
  void forget() {
    deadLetters.clear();
    labelled.clear();
  }

  private void publish(AppConfig config) {
    List<byte[]> sound = HostileImages.soundOfEachFormat();
    Map<String, Object> client = Clients.producerConfig(config);
    client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * MOST_BYTES);
    try (var values = Clients.serdes(config).imageEvent();
        KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
      for (HostileImage image : HostileImages.all()) {
        byte[] bytes = image.bytes().get();
        if (bytes.length > MOST_BYTES) {
          continue;
        }
        List<byte[]> contents = new ArrayList<>(List.of(bytes));
        kinds.put(image.toString(), image.kind());
        if (ids.size() % EVERY == 0) {
          contents.add(sound.get(ids.size() / EVERY % sound.size()));
        }
        for (byte[] content : contents) {
          String id = content == bytes ? image.toString() : SOUND + ids.size();
          byte[] value =
              values
                  .serializer()
                  .serialize(
                      config.topics().images(),
                      ImageEvent.newBuilder()
                          .setId(id)
                          .setContent(new InlineImage(ByteBuffer.wrap(content)))
                          .build());
          ids.add(id);
          digests.put(id, digest(value));
          producer.send(new ProducerRecord<>(config.topics().images(), 0, id, value));
        }
      }
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
      long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
      while (deadLetters.size() + labelled.size() < ids.size()) {
        assertThat(System.nanoTime())
            .as("%s of %s after five minutes", deadLetters.size() + labelled.size(), ids.size())
            .isLessThan(deadline);
        assertThat(service.lastWords()).isEmpty();
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record ->
                    (record.topic().equals(config.topics().labelled()) ? labelled : deadLetters)
                        .add(record));
      }
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static List<String> keys(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream().map(ConsumerRecord::key).toList();
  }

  @Test
  void everyFileHasItsVerdictOrItsReason() {
    HostileTable table = new HostileTable();
    Map<String, String> outcomes = new HashMap<>();
    labelled.forEach(record -> outcomes.put(record.key(), HostileImage.VERDICT));
    deadLetters.forEach(record -> outcomes.put(record.key(), header(record, DeadLetters.REASON)));
    kinds.forEach((id, kind) -> table.count(kind, outcomes.getOrDefault(id, "lost")));
    System.out.print(table.publish(Path.of("target", "hostile-images-service.txt")));

    assertThat(outcomes.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(labelled.size() + deadLetters.size()).as("no event twice").isEqualTo(ids.size());
    assertThat(outcomes.values()).doesNotContain("INTERNAL_ERROR", "ENCODER_FAILED");
    assertThat(table.tried()).isGreaterThan(1000);
  }

  @Test
  void everySoundImageBetweenThemIsJudged() {
    assertThat(keys(labelled).stream().filter(id -> id.startsWith(SOUND)))
        .containsExactlyElementsOf(ids.stream().filter(id -> id.startsWith(SOUND)).toList());
  }

  @Test
  void theOrderOfThePartitionIsKept() {
    for (List<ConsumerRecord<String, byte[]>> topic : List.of(labelled, deadLetters)) {
      List<String> keys = keys(topic);
      assertThat(keys)
          .containsExactlyElementsOf(ids.stream().filter(List.copyOf(keys)::contains).toList());
    }
  }

  @Test
  void everyDeadLetterHasItsOriginalBytesAndOneLineOfMessage() {
    assertThat(deadLetters)
        .allSatisfy(
            record -> {
              assertThat(digest(record.value())).isEqualTo(digests.get(record.key()));
              assertThat(header(record, DeadLetters.MESSAGE))
                  .hasLineCount(1)
                  .hasSizeBetween(10, 400);
            });
  }
}
