package io.clipure.stream.audit.range;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * A fixed stretch of a topic. Its ends never move, however much is written meanwhile.
 *
 * @param topic name of the topic
 * @param partitions one range a partition, by number; partitions that are not named are no part of
 *     it
 */
public record TopicRange(String topic, List<PartitionRange> partitions) {

  /**
   * Sorts the partitions.
   *
   * @throws IllegalArgumentException if one is named twice
   */
  public TopicRange {
    partitions =
        partitions.stream().sorted(Comparator.comparingInt(PartitionRange::partition)).toList();
    if (partitions.stream().mapToInt(PartitionRange::partition).distinct().count()
        != partitions.size()) {
      throw new IllegalArgumentException("a partition of " + topic + " is named twice");
    }
  }

  /** Number of offsets, with or without a record. */
  public long offsets() {
    return partitions.stream().mapToLong(PartitionRange::offsets).sum();
  }

  /** The partitions, as Kafka's clients take them. */
  public List<TopicPartition> topicPartitions() {
    return partitions.stream().map(range -> new TopicPartition(topic, range.partition())).toList();
  }

  /** The range of one partition; empty if it is no part of this. */
  public Optional<PartitionRange> partition(int number) {
    return partitions.stream().filter(range -> range.partition() == number).findFirst();
  }
}
