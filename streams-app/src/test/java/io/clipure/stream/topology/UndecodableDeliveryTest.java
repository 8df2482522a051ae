package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clipure.schemas.ImageEvent;
import io.clipure.stream.app.EmbeddedBroker;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.InferencePipeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An event that is no Avro, at the end of its partition: the commit that makes its dead letter
 * visible must also step over it, or whoever takes over writes the letter again.
 */
class UndecodableDeliveryTest {
  private static final int PARTITIONS = 6;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Room for one image a task, and each takes longer than the commit interval. */
  private static final BatchingSettings NARROW =
      new BatchingSettings(
          2,
          32,
          Duration.ofMillis(5),
          128,
          16 << 20,
          1,
          Duration.ofSeconds(20),
          Duration.ofMillis(5));

  private static final int IMAGE_MILLIS = 700;
  private static final int COMMIT_MILLIS = 500;

  @TempDir Path stateDir;
  private final Topics topics =
      new Topics("images", "labelled", "low", "adversarial", "dead", "label-sets");
  private final TopologySettings settings =
      new TopologySettings(topics, false, "raw/1", "fake 1", "fp32", "0.0.1", Optional.empty());

  @Test
  void a_dead_letter_and_its_offset_are_committed_together() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      broker.createTopics(topics.all(), PARTITIONS, Map.of());
      publish(broker);
      Properties config =
          StreamsSettings.defaults("undecodable", broker.bootstrapServers(), stateDir)
              .with(ProcessingGuarantee.EXACTLY_ONCE_V2)
              .with(Map.of("commit.interval.ms", Integer.toString(COMMIT_MILLIS)))
              .toProperties(settings, NARROW);
      long nanos = TimeUnit.MILLISECONDS.toNanos(IMAGE_MILLIS);
      try (InferencePipeline pipeline = Fakes.pipeline(NARROW, nanos);
          KafkaStreams streams =
              new KafkaStreams(ModerationTopology.build(settings, Fakes.deps(pipeline)), config)) {
        streams.start();
        Map<Integer, Long> committed = offsetsWhenLettersCame(broker.bootstrapServers());

        // Partition p holds p images, then the garbage.
        assertThat(committed).hasSize(PARTITIONS);
        assertThat(committed).allSatisfy((p, offset) -> assertThat(offset).isGreaterThan(p));
      }
    }
  }

  private void publish(EmbeddedBroker broker) {
    Serializer<ImageEvent> values = AvroBytes.<ImageEvent>serde(ImageEvent.SCHEMA$).serializer();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int i = 0; i < partition; i++) {
          String id = partition + "-" + i;
          byte[] event = values.serialize("images", Fakes.event(id, Fakes.PLAIN, i));
          producer.send(new ProducerRecord<>("images", partition, id, event));
        }
        byte[] garbage = "no event".getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>("images", partition, "garbage-" + partition, garbage));
      }
    }
  }

  /** For each partition, what was committed of it when its dead letter was first to be seen. */
  private static Map<Integer, Long> offsetsWhenLettersCame(String servers) {
    Map<Integer, Long> offsets = new HashMap<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
        KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition("dead", p)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                for (ConsumerRecord<String, byte[]> letter : consumer.poll(Duration.ofMillis(50))) {
                  int partition = Integer.parseInt(letter.key().substring("garbage-".length()));
                  OffsetAndMetadata offset =
                      admin
                          .listConsumerGroupOffsets("undecodable")
                          .partitionsToOffsetAndMetadata()
                          .get()
                          .get(new TopicPartition("images", partition));
                  offsets.putIfAbsent(partition, offset == null ? 0 : offset.offset());
                }
                return offsets.size() == PARTITIONS;
              });
    }
    return offsets;
  }
}
