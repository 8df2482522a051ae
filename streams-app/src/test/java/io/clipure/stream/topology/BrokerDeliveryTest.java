package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.app.EmbeddedBroker;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.policy.Action;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes in comes out, in order, through a real broker. Every tenth image is corrupt. */
class BrokerDeliveryTest {
  private static final int PARTITIONS = 4;
  private static final int EVENTS = 2_000;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final BatchingSettings BATCHING =
      new BatchingSettings(
          2,
          32,
          Duration.ofMillis(5),
          128,
          16 << 20,
          64,
          Duration.ofSeconds(20),
          Duration.ofMillis(5));

  private static EmbeddedBroker broker;

  @TempDir Path stateDir;
  private final String id = "t" + UUID.randomUUID();
  private final Topics topics =
      new Topics(
          id + ".images",
          id + ".labelled",
          id + ".low",
          id + ".adversarial",
          id + ".dead",
          id + ".label-sets");
  private final TopologySettings settings =
      new TopologySettings(
          topics, false, "raw/1", "fake 1", "fp32", "0.0.1", java.util.Optional.empty());

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(ProcessingGuarantee.class)
  void every_event_comes_out_once_and_in_partition_order(ProcessingGuarantee guarantee) {
    broker.createTopics(topics.all(), PARTITIONS, Map.of());
    try (InferencePipeline pipeline = Fakes.pipeline(BATCHING, millis(10));
        KafkaStreams streams = streams(pipeline, guarantee, "a")) {
      streams.start();
      publish(0, EVENTS);
      List<ConsumerRecord<String, byte[]>> results = results(EVENTS);

      assertEachOnce(results);
      assertPartitionOrder(results);
      assertThat(pipeline.stats().fill()).isGreaterThan(0);
      assertThat(pipeline.stats().peakInFlight()).isLessThanOrEqualTo(BATCHING.maxInFlight());
      assertThat(pipeline.stats().peakInFlightBytes())
          .isLessThanOrEqualTo(BATCHING.maxInFlightBytes());
      leave(streams);
      assertThat(pipeline.stats().inFlight()).isZero();
    }
  }

  @Test
  void a_rebalance_loses_and_doubles_nothing_under_exactly_once() {
    broker.createTopics(topics.all(), PARTITIONS, Map.of());
    ProcessingGuarantee guarantee = ProcessingGuarantee.EXACTLY_ONCE_V2;
    try (InferencePipeline pipelineA = Fakes.pipeline(BATCHING, millis(20));
        InferencePipeline pipelineB = Fakes.pipeline(BATCHING, millis(20));
        KafkaStreams first = streams(pipelineA, guarantee, "a");
        KafkaStreams second = streams(pipelineB, guarantee, "b")) {
      first.start();
      publish(0, EVENTS / 2);
      await().atMost(LIMIT).until(() -> pipelineA.stats().items() > EVENTS / 10);
      second.start();
      await().atMost(LIMIT).until(() -> second.state() == KafkaStreams.State.RUNNING);
      publish(EVENTS / 2, EVENTS);
      await().atMost(LIMIT).until(() -> pipelineB.stats().items() > EVENTS / 20);
      leave(first);
      List<ConsumerRecord<String, byte[]>> results = results(EVENTS);

      assertEachOnce(results);
      assertPartitionOrder(results);
      assertThat(pipelineA.stats().inFlight()).isZero();
      leave(second);
    }
  }

  @Test
  void a_hung_device_loses_and_doubles_nothing_under_exactly_once() {
    broker.createTopics(topics.all(), PARTITIONS, Map.of());
    BatchingSettings impatient =
        new BatchingSettings(
            2,
            32,
            Duration.ofMillis(5),
            128,
            16 << 20,
            64,
            Duration.ofSeconds(1),
            Duration.ofMillis(5));
    AtomicInteger batches = new AtomicInteger();
    CountDownLatch hang = new CountDownLatch(1);
    AtomicInteger rebalances = new AtomicInteger();
    try (InferencePipeline pipeline =
            Fakes.pipeline(
                impatient,
                () -> {
                  if (batches.incrementAndGet() == 10) {
                    awaitUninterruptibly(hang);
                  }
                });
        KafkaStreams streams = streams(pipeline, ProcessingGuarantee.EXACTLY_ONCE_V2, "a")) {
      streams.setStateListener(
          (to, from) -> {
            if (to == KafkaStreams.State.REBALANCING && from == KafkaStreams.State.RUNNING) {
              rebalances.incrementAndGet();
            }
          });
      streams.start();
      await().atMost(LIMIT).until(() -> streams.state() == KafkaStreams.State.RUNNING);
      rebalances.set(0);
      publish(0, EVENTS);
      await().atMost(LIMIT).until(() -> rebalances.get() > 0); // the tasks were given up
      hang.countDown();
      List<ConsumerRecord<String, byte[]>> results = results(EVENTS);

      assertEachOnce(results);
      assertPartitionOrder(results);
      await().atMost(LIMIT).until(() -> pipeline.stats().inFlight() == 0);
      assertThat(pipeline.stats().inFlightBytes()).isZero();
      leave(streams);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_restart_takes_the_newest_label_set_from_the_topic_with_its_offset() {
    broker.createTopics(topics.all(), PARTITIONS, Map.of());
    send(topics.labelSets(), 0, "other", labelSet("other", "dog"));
    send(topics.labelSets(), 0, "demo", labelSet("demo", "dog"));
    send(topics.labelSets(), 0, "demo", labelSet("demo", "bird"));
    send(topics.labelSets(), 0, "demo", new byte[] {1});
    for (int run = 1; run <= 2; run++) {
      try (InferencePipeline pipeline = Fakes.pipeline(BATCHING, 0);
          KafkaStreams streams = streams(pipeline, ProcessingGuarantee.AT_LEAST_ONCE, "a")) {
        streams.start();
        publish(run - 1, run);
        LabelledImage image = labelled(results(run).get(run - 1));

        assertThat(image.getDecidedBy()).isEqualTo("bird");
        assertThat(image.getProvenance().getLabelSetVersion()).isEqualTo(2);
        leave(streams);
      }
    }
  }

  @Test
  void a_large_record_of_garbage_becomes_a_dead_letter_byte_for_byte() {
    broker.createTopics(topics.all(), 1, Map.of());
    byte[] garbage = new byte[20 << 20];
    new Random(7).nextBytes(garbage);
    garbage[0] = 0x7f; // a string length beyond the end
    try (InferencePipeline pipeline = Fakes.pipeline(BATCHING, 0);
        KafkaStreams streams = streams(pipeline, ProcessingGuarantee.EXACTLY_ONCE_V2, "a")) {
      streams.start();
      send(topics.images(), 0, "large", garbage);

      ConsumerRecord<String, byte[]> letter = results(1).get(0);
      assertThat(letter.topic()).isEqualTo(topics.deadLetter());
      assertThat(letter.value()).isEqualTo(garbage);
      assertThat(header(letter, DeadLetters.REASON)).isEqualTo("UNDECODABLE_EVENT");
      leave(streams);
    }
  }

  /**
   * Leaves the group: by default a closed thread stays a member, and another one that closes during
   * a rebalance waits for it until the session times out, 45 s.
   */
  private static void leave(KafkaStreams streams) {
    assertThat(
            streams.close(
                CloseOptions.groupMembershipOperation(
                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(LIMIT)))
        .isTrue();
  }

  private static byte[] labelSet(String name, String label) {
    return AvroBytes.<io.clipure.schemas.LabelSet>serde(io.clipure.schemas.LabelSet.SCHEMA$)
        .serializer()
        .serialize(
            "", LabelSetRecords.toRecord(Fakes.labelSet(name, label, Action.REVIEW, "good")));
  }

  private void send(String topic, int partition, String key, byte[] value) {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, partition, key, value));
    }
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "max.request.size",
            64 << 20,
            "buffer.memory",
            64L << 20),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static LabelledImage labelled(ConsumerRecord<String, byte[]> result) {
    return AvroBytes.<LabelledImage>serde(LabelledImage.SCHEMA$)
        .deserializer()
        .deserialize(result.topic(), result.value());
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private KafkaStreams streams(
      InferencePipeline pipeline, ProcessingGuarantee guarantee, String instance) {
    Properties config =
        StreamsSettings.defaults(id, broker.bootstrapServers(), stateDir.resolve(instance))
            .with(guarantee)
            .with(Map.of("commit.interval.ms", "200", "producer.linger.ms", "5"))
            .toProperties(settings, BATCHING);
    return new KafkaStreams(ModerationTopology.build(settings, Fakes.deps(pipeline)), config);
  }

  private static int kind(int number) {
    return number % 10 == 9 ? Fakes.CORRUPT : Fakes.PLAIN;
  }

  private void publish(int from, int to) {
    Serializer<ImageEvent> serializer =
        AvroBytes.<ImageEvent>serde(ImageEvent.SCHEMA$).serializer();
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (int i = from; i < to; i++) {
        String key = Integer.toString(i);
        byte[] value = serializer.serialize(topics.images(), Fakes.event(key, kind(i), i % 100));
        producer.send(new ProducerRecord<>(topics.images(), i % PARTITIONS, key, value));
      }
    }
  }

  /**
   * Committed results and dead letters, until {@code count} are there and one poll more is empty.
   */
  private List<ConsumerRecord<String, byte[]>> results(int count) {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    List<ConsumerRecord<String, byte[]>> results = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : List.of(topics.labelled(), topics.deadLetter())) {
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .forEach(partitions::add);
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                int before = results.size();
                consumer.poll(Duration.ofMillis(500)).forEach(results::add);
                return results.size() >= count && results.size() == before;
              });
    }
    return results;
  }

  private void assertEachOnce(List<ConsumerRecord<String, byte[]>> results) {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < EVENTS; i++) {
      expected.add(i + (kind(i) == Fakes.CORRUPT ? " " + topics.deadLetter() : ""));
    }
    assertThat(results)
        .extracting(
            record ->
                record.key()
                    + (record.topic().equals(topics.deadLetter()) ? " " + record.topic() : ""))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Results of one source partition are in source order within each result partition. */
  private void assertPartitionOrder(List<ConsumerRecord<String, byte[]>> results) {
    Map<String, Long> last = new HashMap<>();
    for (ConsumerRecord<String, byte[]> result : results) {
      String source;
      long offset;
      if (result.topic().equals(topics.deadLetter())) {
        source = header(result, DeadLetters.SOURCE_PARTITION);
        offset = Long.parseLong(header(result, DeadLetters.SOURCE_OFFSET));
      } else {
        LabelledImage image = labelled(result);
        source = Integer.toString(image.getOrigin().getPartition());
        offset = image.getOrigin().getOffset();
        assertThat(image.getId()).isEqualTo(result.key());
      }
      Long before = last.put(result.topic() + result.partition() + " from " + source, offset);
      assertThat(before == null || before < offset)
          .as("offset %s after %s of source partition %s", offset, before, source)
          .isTrue();
    }
  }

  private static String header(ConsumerRecord<String, byte[]> result, String key) {
    return new String(result.headers().lastHeader(key).value(), StandardCharsets.UTF_8);
  }
}
