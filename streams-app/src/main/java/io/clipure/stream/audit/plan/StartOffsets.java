package io.clipure.stream.audit.plan;

import io.clipure.stream.audit.Answers;
import io.clipure.stream.audit.AuditException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Where the group of an audit starts: committed before any instance joins, so that it is kept as
 * progress is kept, and an instance that joins or resumes finds it.
 */
public final class StartOffsets {
  private StartOffsets() {}

  /**
   * Commits the plan's starts for partitions that the group has no offset for yet. Partitions that
   * are no part of the plan start at their end.
   *
   * @throws AuditException if progress once made is gone, or the cluster refuses
   */
  public static void ensure(Admin admin, AuditPlan plan) {
    List<TopicPartition> missing = missing(admin, plan);
    if (missing.isEmpty()) {
      return;
    }
    if (missing.size() == partitions(admin, plan).size()) {
      requireEmptyOutputs(admin, plan);
    }
    Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
    Map<TopicPartition, Long> ends = ends(admin, missing);
    for (TopicPartition at : missing) {
      long start =
          plan.source()
              .partition(at.partition())
              .map(range -> range.start())
              .orElseGet(() -> ends.get(at));
      starts.put(at, new OffsetAndMetadata(start));
    }
    String asked = "group " + plan.applicationId();
    try {
      Answers.orRefusal(asked, admin.alterConsumerGroupOffsets(plan.applicationId(), starts).all());
    } catch (ExecutionException e) {
      // Another instance was faster, committed the same and runs already.
      if (!missing(admin, plan).isEmpty()) {
        throw Answers.refused(asked, e.getCause());
      }
    }
  }

  /** The committed offsets of the plan's group, by partition. */
  static Map<Integer, Long> committed(Admin admin, AuditPlan plan) {
    Map<Integer, Long> committed = new HashMap<>();
    Answers.of(
            "group " + plan.applicationId(),
            admin.listConsumerGroupOffsets(plan.applicationId()).partitionsToOffsetAndMetadata())
        .forEach(
            (at, offset) -> {
              if (at.topic().equals(plan.source().topic()) && offset != null) {
                committed.put(at.partition(), offset.offset());
              }
            });
    return committed;
  }

  private static List<TopicPartition> missing(Admin admin, AuditPlan plan) {
    List<TopicPartition> missing = new ArrayList<>(partitions(admin, plan));
    Map<Integer, Long> committed = committed(admin, plan);
    missing.removeIf(at -> committed.containsKey(at.partition()));
    return missing;
  }

  private static List<TopicPartition> partitions(Admin admin, AuditPlan plan) {
    String topic = plan.source().topic();
    return Answers.of(
            "topic " + topic, admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
        .partitions()
        .stream()
        .map(TopicPartitionInfo::partition)
        .map(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  private static Map<TopicPartition, Long> ends(Admin admin, List<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(at -> question.put(at, OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> answer =
        Answers.of("topic offsets", admin.listOffsets(question).all());
    Map<TopicPartition, Long> ends = new HashMap<>();
    answer.forEach((at, info) -> ends.put(at, info.offset()));
    return ends;
  }

  /** Kafka forgets the offsets of a group that was idle for long (offsets.retention.minutes). */
  private static void requireEmptyOutputs(Admin admin, AuditPlan plan) {
    List<TopicPartition> outputs = new ArrayList<>();
    Answers.of("output topics", admin.describeTopics(plan.outputs().all()).allTopicNames())
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(info -> outputs.add(new TopicPartition(name, info.partition()))));
    long records = ends(admin, outputs).values().stream().mapToLong(Long::longValue).sum();
    // Unless another instance has committed and begun since.
    if (records > 0 && !missing(admin, plan).isEmpty()) {
      throw new AuditException(
          "plan %s: its group %s has no progress (forgotten by the cluster, or reset), but its outputs"
                  .formatted(plan.id(), plan.applicationId())
              + " hold records: going on would double them; start a new plan");
    }
  }
}
