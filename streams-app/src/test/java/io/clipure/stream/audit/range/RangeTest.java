package io.clipure.stream.audit.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clipure.stream.app.EmbeddedBroker;
import io.clipure.stream.audit.AuditException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RangeTest {
  private static final Point EARLIEST = new Point.Earliest();
  private static final Point LATEST = new Point.Latest();

  private static EmbeddedBroker broker;
  private static Admin admin;

  private final RangePlanner planner = new RangePlanner();

  @BeforeAll
  static void start() {
    broker =
        EmbeddedBroker.start(
            new EmbeddedBroker.Options(
                "PLAINTEXT", Map.of("log.cleaner.backoff.ms", "200"), Map.of()));
    admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void everyRecordOfEveryPartitionIsReadOnceAndTheEndDoesNotMove() {
    topic("plain", 3, Map.of());
    try (Producer<String, String> producer = producer(Map.of())) {
      send(producer, "plain", 0, 40, 0);
      send(producer, "plain", 2, 2, 0);
      TopicRange range = planner.plan(admin, "plain", EARLIEST, LATEST);
      send(producer, "plain", 0, 5, 0);
      Read read = read(range);

      assertThat(range.offsets()).isEqualTo(42);
      assertThat(read.offsets(0)).hasSize(40).isSorted().doesNotHaveDuplicates();
      assertThat(read.offsets(1)).isEmpty();
      assertThat(read.offsets(2)).containsExactly(0L, 1L);
      assertThat(read.gaps.values()).containsOnly(new Gaps(0, 0));
    }
  }

  @Test
  void oneConsumerServesSeveralReadersOfTheSameTopic() {
    topic("shared", 2, Map.of());
    Map<String, Object> settings = new HashMap<>(RangeReader.consumerSettings());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    try (Producer<String, String> producer = producer(Map.of());
        Consumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      send(producer, "shared", 0, 5, 0);
      send(producer, "shared", 1, 3, 0);
      TopicRange range = planner.plan(admin, "shared", EARLIEST, LATEST);

      assertThat(read(consumer, range).records()).hasSize(8);
      assertThat(read(consumer, range).records()).hasSize(8);
    }
  }

  @Test
  void transactionsLeaveGapsThatAreCountedAndOpenOnesAreOutside() {
    topic("transactional", 1, Map.of());
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG, "range-test",
            ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    try (Producer<String, String> producer = producer(settings)) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "transactional", 0, 3, 0);
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, "transactional", 0, 4, 0);
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, "transactional", 0, 2, 0);
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, "transactional", 0, 7, 0);
      producer.flush();
      TopicRange range = planner.plan(admin, "transactional", EARLIEST, LATEST);
      Read read = read(range);
      producer.abortTransaction();

      assertThat(read.offsets(0)).containsExactly(0L, 1L, 2L, 9L, 10L);
      assertThat(range.partitions()).containsExactly(new PartitionRange(0, 0, 0, 0, 12));
      assertThat(read.gaps).containsEntry(0, new Gaps(0, 7));
    }
  }

  @Test
  void deletedRecordsAreReportedNotSilentlyLeftOut() throws Exception {
    topic("deleted", 1, Map.of());
    try (Producer<String, String> producer = producer(Map.of())) {
      send(producer, "deleted", 0, 20, 0);
    }
    TopicRange before = planner.plan(admin, "deleted", EARLIEST, LATEST);
    admin
        .deleteRecords(Map.of(new TopicPartition("deleted", 0), RecordsToDelete.beforeOffset(8)))
        .all()
        .get();
    TopicRange after = planner.plan(admin, "deleted", offsets("0:3"), LATEST);

    assertThat(read(before).gaps).containsEntry(0, new Gaps(0, 8));
    assertThat(after.partitions()).containsExactly(new PartitionRange(0, 3, 8, 8, 20));
    assertThat(read(after).gaps).containsEntry(0, new Gaps(5, 0));
    assertThat(planner.plan(admin, "deleted", offsets("0:3"), offsets("0:6")).partitions())
        .containsExactly(new PartitionRange(0, 3, 8, 6, 6));
    assertThat(planner.plan(admin, "deleted", EARLIEST, LATEST).partitions())
        .allMatch(PartitionRange::beginsWhereTheLogBegins);
  }

  @Test
  void compactedOffsetsAreCountedAsMissing() throws Exception {
    topic(
        "compacted",
        1,
        Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "1048576",
            "min.cleanable.dirty.ratio", "0.0001",
            "max.compaction.lag.ms", "1",
            "segment.ms", "1"));
    try (Producer<String, String> producer = producer(Map.of())) {
      for (int i = 0; i < 30; i++) {
        producer.send(new ProducerRecord<>("compacted", 0, "same", "value " + i)).get();
      }
      // Rolls the segment, so that the ones before may be cleaned.
      producer.send(new ProducerRecord<>("compacted", 0, "other", "last")).get();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                producer.send(new ProducerRecord<>("compacted", 0, "other", "last")).get();
                Read read = read(planner.plan(admin, "compacted", EARLIEST, LATEST));
                assertThat(read.gaps.get(0).missingInside()).isGreaterThanOrEqualTo(29);
                assertThat(read.offsets(0)).contains(29L);
              });
    }
  }

  @Test
  void timesFindTheFirstRecordOfThatTimeOrLater() {
    topic("timed", 1, Map.of());
    try (Producer<String, String> producer = producer(Map.of())) {
      send(producer, "timed", 0, 10, 1_000);
    }
    Point third = new Point.Timestamp(Instant.ofEpochMilli(1_002));
    Point never = new Point.Timestamp(Instant.parse("2099-01-01T00:00:00Z"));

    assertThat(planner.plan(admin, "timed", third, never).partitions())
        .containsExactly(new PartitionRange(0, 2, 0, 2, 10));
    assertThat(planner.plan(admin, "timed", EARLIEST, third).partitions())
        .containsExactly(new PartitionRange(0, 0, 0, 0, 2));
  }

  @Test
  void impossibleRangesAreRefusedInOneLine() {
    topic("small", 2, Map.of());
    try (Producer<String, String> producer = producer(Map.of())) {
      send(producer, "small", 0, 5, 1_000);
    }
    refused("nosuch", EARLIEST, LATEST, "topic nosuch does not exist");
    refused("small", offsets("0:9"), LATEST, "offset 9 was asked for");
    refused("small", EARLIEST, offsets("0:6"), "offset 6 was asked for");
    refused("small", offsets("0:4"), offsets("0:2"), "starts at offset 4, after its end 2");
    refused("small", offsets("7:1"), LATEST, "partition 7 was asked for");
  }

  private void refused(String topic, Point from, Point to, String why) {
    assertThatThrownBy(() -> planner.plan(admin, topic, from, to))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  private record Read(List<ConsumerRecord<byte[], byte[]>> records, Map<Integer, Gaps> gaps) {
    List<Long> offsets(int partition) {
      return records.stream()
          .filter(record -> record.partition() == partition)
          .map(ConsumerRecord::offset)
          .toList();
    }
  }

  private static Read read(TopicRange range) {
    Map<String, Object> settings = new HashMap<>(RangeReader.consumerSettings());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return read(consumer, range);
    }
  }

  private static Read read(Consumer<byte[], byte[]> consumer, TopicRange range) {
    RangeReader reader = new RangeReader(consumer, range);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (!reader.finished()) {
      records.addAll(reader.poll(Duration.ofMillis(200)));
    }
    assertThat(reader.progress()).isEqualTo(1);
    return new Read(records, reader.gaps());
  }

  private static Point offsets(String text) {
    return Point.parse(text);
  }

  private static void topic(String name, int partitions, Map<String, String> configs) {
    broker.createTopics(List.of(name), partitions, configs);
  }

  /** Records with the timestamps {@code first}, {@code first + 1} and so on; 0: now. */
  private static void send(
      Producer<String, String> producer, String topic, int partition, int count, long first) {
    for (int i = 0; i < count; i++) {
      producer.send(
          new ProducerRecord<>(
              topic, partition, first == 0 ? null : first + i, "key" + i, "value"));
    }
    producer.flush();
  }

  private static Producer<String, String> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }
}
