package io.clipure.stream.app;

import io.clipure.schemas.RegistryFailures;
import io.clipure.schemas.ReviewDecision;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.config.AppConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The compacted topic of what people decided, by event id: the last decision on an event counts, a
 * tombstone takes it back.
 *
 * <p><b>Threading</b>: one thread.
 */
final class ReviewsTopic {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int TRANSACTION_TIMEOUT_MILLIS = 60_000;

  private final AppConfig config;
  private final String name;

  ReviewsTopic(AppConfig config) {
    this.config = config;
    this.name = config.topics().reviews();
  }

  String name() {
    return name;
  }

  /**
   * Every decision in force, by event id; memory grows with what people did, not with traffic.
   *
   * @throws RefusedException if cluster or registry do not answer
   */
  Map<String, ReviewDecision> read() {
    Map<String, ReviewDecision> reviews = new TreeMap<>();
    Map<String, Object> settings = DeadLetterTopic.bounded(new HashMap<>());
    settings.putAll(RangeReader.consumerSettings());
    try (Admin admin = Clients.admin(config);
        Consumer<byte[], byte[]> consumer =
            Clients.consumer(
                config, settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Deserializer<ReviewDecision> values = Clients.reviews(config).deserializer()) {
      Optional<TopicRange> range = range(admin);
      if (range.isEmpty()) {
        return reviews;
      }
      RangeReader reader = new RangeReader(consumer, range.get());
      while (!reader.finished()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          take(reviews, values, record);
        }
      }
      return reviews;
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
  }

  private void take(
      Map<String, ReviewDecision> reviews,
      Deserializer<ReviewDecision> values,
      ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    try {
      ReviewDecision review = values.deserialize(record.topic(), record.headers(), record.value());
      if (review == null) {
        reviews.remove(key);
      } else {
        reviews.put(review.getId(), review);
      }
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw Clients.refused(config, e);
      }
      throw new RefusedException(
          "topic %s holds a record that is no review (partition %d, offset %d); set topics.reviews"
                  .formatted(name, record.partition(), record.offset())
              + " to a topic of its own",
          e);
    }
  }

  private Optional<TopicRange> range(Admin admin) {
    if (!DeadLetterTopic.await(config, admin.listTopics().names()).contains(name)) {
      return Optional.empty();
    }
    return Optional.of(
        new RangePlanner().plan(admin, name, new Point.Earliest(), new Point.Latest()));
  }

  /**
   * Makes the topic if it is not there: one partition, compacted, the cluster's replication.
   *
   * @return whether it was made
   * @throws RefusedException if it cannot be made
   */
  boolean ensure() {
    try (Admin admin = Clients.admin(config)) {
      if (DeadLetterTopic.await(config, admin.listTopics().names()).contains(name)) {
        return false;
      }
      NewTopic topic =
          new NewTopic(name, Optional.of(1), Optional.empty())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
      try {
        admin.createTopics(List.of(topic)).all().get();
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException("interrupted", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) {
          return false;
        }
        throw new RefusedException(
            "topic %s is missing and cannot be made: %s; make it with one partition and"
                    .formatted(name, e.getCause().getMessage())
                + " cleanup.policy=compact",
            e);
      }
    }
  }

  /**
   * Writes decisions in one transaction: all of them, or none.
   *
   * @throws RefusedException if they could not be written; then none is in force
   */
  void write(Collection<ReviewDecision> reviews) {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            TRANSACTION_TIMEOUT_MILLIS,
            // Imports do not fence one another: each is whole, and the last one counts.
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "clipure-review-import-" + UUID.randomUUID());
    try (Producer<String, ReviewDecision> producer =
        Clients.producer(
            config, settings, new StringSerializer(), Clients.reviews(config).serializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      try {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (ReviewDecision review : reviews) {
          sent.add(producer.send(new ProducerRecord<>(name, review.getId(), review)));
        }
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
          one.get();
        }
        producer.commitTransaction();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException("interrupted; nothing was imported", e);
      } catch (ExecutionException e) {
        producer.abortTransaction();
        throw Clients.refused(config, e.getCause());
      }
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
  }
}
