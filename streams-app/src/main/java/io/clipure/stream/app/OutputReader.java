package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.topology.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the four output topics from their beginning, committed records only. */
final class OutputReader implements AutoCloseable {
  /**
   * One output record.
   *
   * @param topic which topic
   * @param id event id
   * @param labelled the labelled image; null for dead letters
   * @param reason reason code of a dead letter, else null
   * @param message message of a dead letter, else null
   */
  record Output(
      Account.Topic topic, String id, LabelledImage labelled, String reason, String message) {}

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final Deserializer<LabelledImage> labelled;
  private final Map<String, Account.Topic> topics = new HashMap<>();

  OutputReader(AppConfig config) {
    topics.put(config.topics().labelled(), Account.Topic.LABELLED);
    topics.put(config.topics().lowConfidence(), Account.Topic.LOW_CONFIDENCE);
    topics.put(config.topics().adversarial(), Account.Topic.ADVERSARIAL);
    topics.put(config.topics().deadLetter(), Account.Topic.DEAD_LETTER);
    consumer =
        Clients.consumer(
            config,
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    labelled = Clients.serdes(config).labelledImage().deserializer();
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics.keySet()) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Polls once and hands over what came. */
  void poll(Duration timeout, Consumer<Output> sink) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      sink.accept(output(record));
    }
  }

  /** Reads on until the present end of every partition. */
  void readToEnd(Consumer<Output> sink) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll(Duration.ofMillis(100), sink);
    }
  }

  private Output output(ConsumerRecord<byte[], byte[]> record) {
    Account.Topic topic = topics.get(record.topic());
    String id = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (topic == Account.Topic.DEAD_LETTER) {
      return new Output(
          topic, id, null, header(record, DeadLetters.REASON), header(record, DeadLetters.MESSAGE));
    }
    LabelledImage value = labelled.deserialize(record.topic(), record.headers(), record.value());
    return new Output(topic, id, value, null, null);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
    labelled.close();
  }
}
