package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Single committed records by their coordinates: in no consumer group, committing nothing. Records
 * past the end that a partition had when it was first asked for are not there.
 *
 * <p><b>Threading</b>: one thread.
 */
final class RecordAt implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  /** So many records ahead are read over. */
  private static final int SOON = 16;

  /** Coordinates come from records, so there may be as many topics as somebody likes. */
  private static final int MOST_REMEMBERED = 10_000;

  private final AppConfig config;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private TopicPartition assigned;

  RecordAt(AppConfig config) {
    this.config = config;
    this.consumer =
        Clients.consumer(
            config,
            ReadOnly.settings("none", 1),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /**
   * The record at exactly these coordinates; empty if it is not or no longer there.
   *
   * @throws RefusedException if the cluster does not answer
   */
  Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition at, long offset) {
    try {
      long end = end(at);
      if (offset < 0 || offset >= end) {
        return Optional.empty();
      }
      goTo(at, offset);
      return read(at, offset, end);
    } catch (OffsetOutOfRangeException | InvalidTopicException e) {
      assigned = null; // Its position is nowhere.
      return Optional.empty();
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
  }

  /** What comes soon is fetched already: a seek would throw it away. */
  private void goTo(TopicPartition at, long offset) {
    if (!at.equals(assigned)) {
      consumer.assign(List.of(at));
      assigned = at;
      consumer.seek(at, offset);
      return;
    }
    long ahead = offset - consumer.position(at);
    if (ahead < 0 || ahead > SOON) {
      consumer.seek(at, offset);
    }
  }

  private Optional<ConsumerRecord<byte[], byte[]>> read(TopicPartition at, long offset, long end) {
    long since = System.nanoTime();
    while (consumer.position(at) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() >= offset) {
          // A later one: compacted away, or the marker of a transaction.
          return Optional.of(record).filter(found -> found.offset() == offset);
        }
      }
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new RefusedException(
            "%s said nothing for %d s at offset %d of %d; check the cluster"
                .formatted(at, PATIENCE.toSeconds(), consumer.position(at), end));
      }
    }
    return Optional.empty();
  }

  /** End of a partition; 0 where there is no such partition. */
  private long end(TopicPartition at) {
    Long known = ends.get(at);
    if (known != null) {
      return known;
    }
    if (ends.size() >= MOST_REMEMBERED) {
      ends.clear();
    }
    long end = partitions(at.topic()) > at.partition() && at.partition() >= 0 ? endNow(at) : 0;
    ends.put(at, end);
    return end;
  }

  private int partitions(String topic) {
    try {
      List<PartitionInfo> partitions = consumer.partitionsFor(topic);
      return partitions == null ? 0 : partitions.size();
    } catch (UnknownTopicOrPartitionException e) {
      return 0;
    }
  }

  private long endNow(TopicPartition at) {
    return consumer.endOffsets(List.of(at)).get(at);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
