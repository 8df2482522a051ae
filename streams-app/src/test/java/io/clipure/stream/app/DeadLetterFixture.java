package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of one test on a shared broker, and dead letters as the service writes them. */
final class DeadLetterFixture {
  static final int PARTITIONS = 2;

  private final EmbeddedBroker broker;
  private final String id = "t" + UUID.randomUUID();

  DeadLetterFixture(EmbeddedBroker broker) {
    this.broker = broker;
    broker.createTopics(List.of(images(), deadLetters()), PARTITIONS, Map.of());
  }

  String images() {
    return id + ".images";
  }

  String deadLetters() {
    return id + ".dead";
  }

  String ledger() {
    return id + ".requeued";
  }

  String labelled() {
    return id + ".labelled";
  }

  String lowConfidence() {
    return id + ".low";
  }

  String adversarial() {
    return id + ".adversarial";
  }

  String labelSets() {
    return id + ".label-sets";
  }

  /** Keys of a service that works on these topics. */
  Map<String, String> serviceKeys() {
    Map<String, String> keys = new HashMap<>(keys());
    keys.put("stream.application-id", id);
    keys.put("topics.images-labelled", labelled());
    keys.put("topics.images-flagged-low-confidence", lowConfidence());
    keys.put("topics.images-flagged-adversarial", adversarial());
    keys.put("topics.label-sets", labelSets());
    return keys;
  }

  private Map<String, String> keys() {
    return Map.of(
        "kafka.bootstrap.servers",
        broker.bootstrapServers(),
        "schema.registry.url",
        "mock://" + id,
        "topics.images",
        images(),
        "topics.images-dead-letter",
        deadLetters(),
        "topics.dead-letter-requeued",
        ledger());
  }

  AppConfig config() {
    return AppConfig.load(List.of(ConfigSource.flags(keys())));
  }

  /** Runs {@code dead-letters} on these topics. */
  CommandLineRun run(String... args) {
    List<String> line = new ArrayList<>(List.of("dead-letters", args[0]));
    keys().forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    line.addAll(List.of(args).subList(1, args.length));
    return CommandLineRun.of(line.toArray(String[]::new));
  }

  /** A dead letter of an event that stood in the images topic. */
  ProducerRecord<byte[], byte[]> letter(
      int partition, String key, byte[] value, String reason, String sourceOffset) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(deadLetters(), partition, key == null ? null : bytes(key), value);
    letter.headers().add("camera", bytes("7"));
    letter.headers().add("raw", new byte[] {(byte) 0xff, 0});
    letter.headers().add("camera", null);
    letter.headers().add(DeadLetters.REASON, bytes(reason));
    letter.headers().add(DeadLetters.MESSAGE, bytes("it is broken"));
    letter.headers().add(DeadLetters.ATTEMPT, bytes("1"));
    letter.headers().add(DeadLetters.SOURCE_TOPIC, bytes(images()));
    letter.headers().add(DeadLetters.SOURCE_PARTITION, bytes(Integer.toString(partition)));
    letter.headers().add(DeadLetters.SOURCE_OFFSET, bytes(sourceOffset));
    letter.headers().add(DeadLetters.FAILED_AT, bytes(Long.toString(System.currentTimeMillis())));
    letter.headers().add(DeadLetters.APPLICATION_VERSION, bytes("1.2.3"));
    return letter;
  }

  RecordMetadata write(ProducerRecord<byte[], byte[]> record) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Committed records of a topic, by partition and offset. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<String, Object> client =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
        consumer.poll(java.time.Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
