package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * A broker, a real registry and the service in a process of its own, which flags every image as
 * both doubtful and suspicious, so that no field of a verdict is empty.
 */
final class InteropFixture implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int PARTITIONS = 2;

  private final EmbeddedBroker broker;
  final RealRegistry registry;
  final AppConfig config;
  private RunProcess run;

  private InteropFixture(EmbeddedBroker broker, RealRegistry registry, Map<String, String> keys) {
    this.broker = broker;
    this.registry = registry;
    this.config = AppConfig.load(List.of(ConfigSource.flags(keys)));
  }

  /** Starts all three and waits until the service is ready. */
  static InteropFixture start(Path folder) throws IOException {
    CompletableFuture<EmbeddedBroker> broker = CompletableFuture.supplyAsync(EmbeddedBroker::start);
    RealRegistry registry = RealRegistry.start(folder.resolve("registry"));
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", broker.join().bootstrapServers());
    keys.put("schema.registry.url", registry.url());
    keys.put("stream.processing-guarantee", "exactly_once_v2");
    keys.put("stream.commit-interval", "100ms");
    keys.put("policy.labels", labels(folder).toString());
    keys.put("policy.suspicion-threshold", "0");
    InteropFixture fixture = new InteropFixture(broker.join(), registry, keys);
    try {
      TopicSetup.create(fixture.broker, fixture.config, PARTITIONS);
      fixture.run = RunProcess.start(folder, keys);
      fixture.run.awaitReady(true);
      return fixture;
    } catch (IOException | RuntimeException | Error e) {
      fixture.close();
      throw e;
    }
  }

  private static Path labels(Path folder) throws IOException {
    Path few = AuditFixture.fewLabels(folder);
    String text = Files.readString(few) + "low_confidence: {score: 1.0, margin: 1.0}\n";
    return Files.writeString(folder.resolve("doubtful.yaml"), text);
  }

  /** Address for clients. */
  String brokers() {
    return broker.bootstrapServers();
  }

  /** What the service has said. */
  String log() {
    return run.log();
  }

  /** Names of the topics that the service writes to. */
  List<String> outputs() {
    return List.of(
        config.topics().labelled(),
        config.topics().lowConfidence(),
        config.topics().adversarial(),
        config.topics().deadLetter());
  }

  /** Waits for a committed record of a topic. */
  ConsumerRecord<byte[], byte[]> await(
      String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> read(List.of(topic)).values().stream().filter(wanted).findFirst(),
            found -> found.isPresent())
        .orElseThrow();
  }

  /** What is committed in topics by now, by place (see {@link #place}). */
  Map<String, ConsumerRecord<byte[], byte[]>> read(Collection<String> topics) {
    Map<String, ConsumerRecord<byte[], byte[]>> records = new TreeMap<>();
    Map<String, Object> settings = Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    try (Consumer<byte[], byte[]> consumer =
        Clients.consumer(
            config, settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record ->
                    records.put(
                        place(record.topic(), record.partition(), record.offset()), record));
      }
    }
    return records;
  }

  /** TOPIC/PARTITION/OFFSET. */
  static String place(String topic, int partition, long offset) {
    return topic + "/" + partition + "/" + offset;
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
    registry.close();
    broker.close();
  }
}
