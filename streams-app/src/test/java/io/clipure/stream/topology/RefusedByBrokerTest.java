package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.stream.app.EmbeddedBroker;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.InferencePipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Output topics take 64 KiB; some results and dead letters are larger. Nothing is lost or stuck.
 */
class RefusedByBrokerTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int RESULT_BYTES = 64 << 10;
  private static final int DEAD_LETTER_BYTES = 256 << 10;
  private static final int LONG_ATTRIBUTE = 100_000;
  private static final int LARGE = 400_000;
  private static final BatchingSettings BATCHING =
      new BatchingSettings(
          2,
          4,
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
  private final Map<String, byte[]> sent = new LinkedHashMap<>();
  private final AtomicInteger threadFailures = new AtomicInteger();

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
  void what_the_topics_would_refuse_is_never_sent(ProcessingGuarantee guarantee) {
    sent.put(incompressible(LARGE), new byte[] {0x7f, 1});
    List<ConsumerRecord<String, byte[]>> results =
        run(guarantee, new RecordLimits(RESULT_BYTES, DEAD_LETTER_BYTES));

    assertThat(threadFailures).hasValue(0);
    assertThat(byKey(results, topics.labelled())).containsOnlyKeys("good-1", "good-2", "good-3");
    assertDeadLetters(results, "bare");
    ConsumerRecord<String, byte[]> bare = byKey(results, topics.deadLetter()).get("bare");
    assertThat(header(bare, DeadLetters.KEY_OMITTED)).startsWith("bytes=" + LARGE + " sha256=");
    assertThat(header(bare, DeadLetters.VALUE_OMITTED)).startsWith("bytes=2 sha256=");
    assertThat(header(bare, DeadLetters.SOURCE_OFFSET)).isEqualTo("0");
    assertThat(bare.headers().lastHeader("camera")).isNull();
    assertThat(results).hasSize(sent.size());
  }

  @ParameterizedTest
  @EnumSource(ProcessingGuarantee.class)
  void what_the_broker_refuses_unforeseen_is_dead_lettered_when_it_comes_again(
      ProcessingGuarantee guarantee) {
    List<ConsumerRecord<String, byte[]>> results =
        run(guarantee, new RecordLimits(Integer.MAX_VALUE, Integer.MAX_VALUE));

    assertThat(threadFailures.get()).isBetween(1, 2);
    assertThat(byKey(results, topics.labelled())).containsOnlyKeys("good-1", "good-2", "good-3");
    assertDeadLetters(results);
    if (guarantee == ProcessingGuarantee.EXACTLY_ONCE_V2) {
      assertThat(results).hasSize(sent.size());
    }
  }

  private void assertDeadLetters(List<ConsumerRecord<String, byte[]>> results, String... andThese) {
    Map<String, ConsumerRecord<String, byte[]>> letters = byKey(results, topics.deadLetter());
    List<String> keys = new ArrayList<>(List.of(andThese));
    keys.addAll(List.of("long-result", "large-garbage", "small-garbage"));
    assertThat(letters).containsOnlyKeys(keys);

    ConsumerRecord<String, byte[]> longResult = letters.get("long-result");
    assertThat(header(longResult, DeadLetters.REASON)).isEqualTo("RESULT_REFUSED");
    assertThat(longResult.value()).isEqualTo(sent.get("long-result"));
    assertThat(header(letters.get("small-garbage"), DeadLetters.REASON))
        .isEqualTo("UNDECODABLE_EVENT");
    assertThat(letters.get("small-garbage").value()).isEqualTo(sent.get("small-garbage"));

    ConsumerRecord<String, byte[]> noValue = letters.get("large-garbage");
    assertThat(noValue.value()).isNull();
    assertThat(header(noValue, DeadLetters.VALUE_OMITTED))
        .isEqualTo(DeadLetters.fingerprint(sent.get("large-garbage")));
    assertThat(header(noValue, "camera")).isEqualTo("7");
    assertThat(header(noValue, DeadLetters.SOURCE_OFFSET))
        .isEqualTo(Integer.toString(List.copyOf(sent.keySet()).indexOf("large-garbage")));
  }

  private List<ConsumerRecord<String, byte[]>> run(
      ProcessingGuarantee guarantee, RecordLimits limits) {
    broker.createTopics(List.of(topics.images(), topics.labelSets()), 1, Map.of());
    broker.createTopics(
        List.of(topics.labelled(), topics.lowConfidence(), topics.adversarial()),
        1,
        Map.of("max.message.bytes", Integer.toString(RESULT_BYTES)));
    broker.createTopics(
        List.of(topics.deadLetter()),
        1,
        Map.of("max.message.bytes", Integer.toString(DEAD_LETTER_BYTES)));
    publish();
    Properties config =
        StreamsSettings.defaults(id, broker.bootstrapServers(), stateDir)
            .with(guarantee)
            .with(
                Map.of(
                    "commit.interval.ms", "200",
                    "producer.linger.ms", "5",
                    // A thread that dies stays a member of the group for this long.
                    "session.timeout.ms", "6000",
                    "heartbeat.interval.ms", "1000"))
            .toProperties(settings, BATCHING);
    limits.writeTo(config);
    try (InferencePipeline pipeline = Fakes.pipeline(BATCHING, 0);
        KafkaStreams streams =
            new KafkaStreams(ModerationTopology.build(settings, Fakes.deps(pipeline)), config)) {
      streams.setUncaughtExceptionHandler(
          failure -> {
            threadFailures.incrementAndGet();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      streams.start();
      List<ConsumerRecord<String, byte[]>> results = results();
      streams.close(
          CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
              .withTimeout(LIMIT));
      return results;
    }
  }

  private void publish() {
    byte[] garbage = new byte[LARGE];
    new Random(7).nextBytes(garbage);
    garbage[0] = 0x7f; // a string length beyond the end
    sent.put("good-1", event("good-1", ""));
    sent.put("long-result", event("long-result", incompressible(LONG_ATTRIBUTE)));
    sent.put("good-2", event("good-2", ""));
    sent.put("large-garbage", garbage);
    sent.put("small-garbage", new byte[] {0x7f});
    sent.put("good-3", event("good-3", ""));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      sent.forEach(
          (key, value) -> {
            ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topics.images(), 0, key, value);
            record.headers().add("camera", new byte[] {'7'});
            // Forged: it must not be taken for a mark of ours.
            record.headers().add(DeadLetters.VALUE_OMITTED, new byte[] {'x'});
            record.headers().add(DeadLetters.SOURCE_OFFSET, new byte[] {'9'});
            producer.send(record);
          });
    }
  }

  /** Printable ASCII that no compression makes much shorter. */
  private static String incompressible(int length) {
    return new Random(8)
        .ints(length, ' ', '~')
        .mapToObj(c -> String.valueOf((char) c))
        .collect(Collectors.joining());
  }

  private byte[] event(String key, String attribute) {
    ImageEvent event =
        ImageEvent.newBuilder(Fakes.event(key, Fakes.PLAIN, 1))
            .setAttributes(Map.of("note", attribute))
            .build();
    return AvroBytes.<ImageEvent>serde(ImageEvent.SCHEMA$).serializer().serialize("", event);
  }

  /** Committed results and dead letters: until every event has one, and one poll more is empty. */
  private List<ConsumerRecord<String, byte[]>> results() {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    List<ConsumerRecord<String, byte[]>> results = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          List.of(
              new TopicPartition(topics.labelled(), 0), new TopicPartition(topics.deadLetter(), 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                int before = results.size();
                consumer.poll(Duration.ofMillis(500)).forEach(results::add);
                long distinct =
                    results.stream()
                        .map(record -> record.topic() + record.key())
                        .distinct()
                        .count();
                return distinct >= sent.size() && results.size() == before;
              });
    }
    return results;
  }

  private static Map<String, ConsumerRecord<String, byte[]>> byKey(
      List<ConsumerRecord<String, byte[]>> results, String topic) {
    return results.stream()
        .filter(record -> record.topic().equals(topic))
        .collect(
            Collectors.toMap(
                record -> record.key() == null ? "bare" : record.key(),
                record -> record,
                (first, again) -> first));
  }

  private static String header(ConsumerRecord<String, byte[]> result, String key) {
    return DeadLetters.text(result.headers(), key).orElse("");
  }
}
