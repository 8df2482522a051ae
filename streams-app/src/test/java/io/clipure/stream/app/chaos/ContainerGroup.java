package io.clipure.stream.app.chaos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What the broker knows of a group: which addresses hold partitions of it. Used by one thread. */
final class ContainerGroup implements AutoCloseable {
  private final Admin admin;
  private final String group;
  private final String topic;

  ContainerGroup(String bootstrapServers, String group, String topic) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.group = group;
    this.topic = topic;
  }

  /** Addresses of members, with partitions or without. */
  Set<String> members() {
    return describe().stream()
        .flatMap(now -> now.members().stream())
        .map(ContainerGroup::address)
        .collect(Collectors.toSet());
  }

  /**
   * Addresses that hold partitions of the topic, once the group is stable and every partition is
   * held; empty until then.
   */
  Set<String> holders(int partitions) {
    List<MemberDescription> holding =
        describe().stream()
            .filter(now -> now.groupState() == GroupState.STABLE)
            .flatMap(now -> now.members().stream())
            .filter(member -> held(member) > 0)
            .toList();
    return holding.stream().mapToLong(this::held).sum() == partitions
        ? holding.stream().map(ContainerGroup::address).collect(Collectors.toSet())
        : Set.of();
  }

  private long held(MemberDescription member) {
    return member.assignment().topicPartitions().stream()
        .filter(partition -> partition.topic().equals(topic))
        .count();
  }

  private static String address(MemberDescription member) {
    return member.host().replace("/", "");
  }

  /** Empty before anybody joined. */
  private Optional<ConsumerGroupDescription> describe() {
    try {
      return Optional.of(
          admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw new IllegalStateException("the cluster did not describe group " + group, e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
