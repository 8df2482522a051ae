package io.clipure.stream.app;

import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.TopicRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The consumer of a stream thread that stops fetching a partition where its range ends. Live
 * producers go on writing behind it, and a short partition is done long before a long one: read on,
 * it would cost the network as much as the audit itself. Holds no state of its own, so that a
 * partition which comes back, or is read again from its last commit, is bound by its position
 * alone.
 *
 * <p><b>Threading</b>: as its super class.
 */
final class RangeConsumer extends KafkaConsumer<byte[], byte[]> {
  private final TopicRange range;

  /**
   * Creates the consumer.
   *
   * @param config of a consumer
   * @param range what is read of its topic; of other partitions of that topic nothing is
   */
  RangeConsumer(Map<String, Object> config, TopicRange range) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.range = range;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> polled = super.poll(timeout);
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
    next.entrySet()
        .removeIf(at -> !bound(at.getKey()) || at.getValue().offset() < end(at.getKey()));
    if (next.isEmpty()) {
      return polled;
    }
    // Where no range is, the position is as good as any.
    next.replaceAll(
        (at, offset) ->
            range.partition(at.partition()).isPresent() ? new OffsetAndMetadata(end(at)) : offset);
    super.pause(next.keySet());
    // What lies fetched behind the end is given up.
    next.forEach((at, offset) -> seek(at, offset.offset()));
    return within(polled, next);
  }

  /** The records before the ends of the partitions that reached them. */
  private ConsumerRecords<byte[], byte[]> within(
      ConsumerRecords<byte[], byte[]> polled, Map<TopicPartition, OffsetAndMetadata> ended) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> kept = new HashMap<>();
    for (TopicPartition at : polled.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(polled.records(at));
      if (ended.containsKey(at)) {
        records.removeIf(record -> record.offset() >= end(at));
      }
      if (!records.isEmpty()) {
        kept.put(at, records);
      }
    }
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
    next.putAll(ended);
    return new ConsumerRecords<>(kept, next);
  }

  /** Kafka Streams pauses partitions whose records wait, and resumes them: not those at an end. */
  @Override
  public void resume(Collection<TopicPartition> partitions) {
    super.resume(partitions.stream().filter(at -> !atEnd(at)).toList());
  }

  private boolean atEnd(TopicPartition at) {
    if (!bound(at)) {
      return false;
    }
    try {
      return position(at, Duration.ZERO) >= end(at);
    } catch (TimeoutException e) {
      return false; // Not known yet: the next poll will tell.
    }
  }

  private boolean bound(TopicPartition at) {
    return at.topic().equals(range.topic());
  }

  private long end(TopicPartition at) {
    return range.partition(at.partition()).map(PartitionRange::end).orElse(0L);
  }
}
