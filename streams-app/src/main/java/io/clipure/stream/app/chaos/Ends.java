package io.clipure.stream.app.chaos;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Asks the cluster where topics end and how far a group has committed. Used by one thread. */
final class Ends implements AutoCloseable {
  private final Admin admin;

  Ends(String bootstrapServers) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Whether readers at these positions have read all that is written, open transactions too. */
  boolean reached(Map<TopicPartition, Long> positions) {
    return ends(positions.keySet()).entrySet().stream()
        .allMatch(end -> positions.get(end.getKey()) >= end.getValue());
  }

  /** Whether the group has committed every record of these partitions. */
  boolean committed(String group, Collection<TopicPartition> partitions) {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      return ends(partitions).entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = committed.get(end.getKey());
                return end.getValue() == 0 || offset != null && offset.offset() >= end.getValue();
              });
    } catch (InterruptedException | ExecutionException e) {
      throw failure(e);
    }
  }

  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    try {
      admin
          .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } catch (InterruptedException | ExecutionException e) {
      throw failure(e);
    }
  }

  private static IllegalStateException failure(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new IllegalStateException("the cluster did not say how far topics and group are", e);
  }

  @Override
  public void close() {
    admin.close();
  }
}
