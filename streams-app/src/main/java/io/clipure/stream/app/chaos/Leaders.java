package io.clipure.stream.app.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.ElectionNotNeededException;

/** Moves leaders. */
final class Leaders {
  private Leaders() {}

  /**
   * Puts another replica first in every partition of every topic, those of offsets and transactions
   * too, and elects it.
   */
  static void change(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<TopicPartition, Optional<NewPartitionReassignment>> moves = new HashMap<>();
      for (TopicDescription topic :
          admin
              .describeTopics(
                  admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
              .allTopicNames()
              .get()
              .values()) {
        for (TopicPartitionInfo partition : topic.partitions()) {
          List<Integer> replicas =
              new java.util.ArrayList<>(partition.replicas().stream().map(Node::id).toList());
          java.util.Collections.rotate(replicas, 1);
          moves.put(
              new TopicPartition(topic.name(), partition.partition()),
              Optional.of(new NewPartitionReassignment(replicas)));
        }
      }
      admin.alterPartitionReassignments(moves).all().get();
      Map<TopicPartition, Optional<Throwable>> elected =
          admin.electLeaders(ElectionType.PREFERRED, moves.keySet()).partitions().get();
      for (Map.Entry<TopicPartition, Optional<Throwable>> one : elected.entrySet()) {
        Throwable failure = one.getValue().orElse(null);
        if (failure != null && !(failure instanceof ElectionNotNeededException)) {
          throw new IllegalStateException("no leader was elected for " + one.getKey(), failure);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while leaders changed", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the leaders could not be changed", e.getCause());
    }
  }
}
