package io.clipure.stream.audit.range;

import io.clipure.stream.audit.AuditException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Turns points into offsets, once. Ends are those a reader of committed records sees: what an open
 * transaction holds back is not part of the range.
 *
 * <p><b>Threading</b>: thread-safe; each call waits for the cluster.
 */
public final class RangePlanner {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Plans a range.
   *
   * @param admin asked; not closed
   * @param topic name of the topic
   * @param from where to start
   * @param to where to end; later points than the topic's end mean its end, as far as they are
   *     times
   * @return the partitions that both points name
   * @throws AuditException if there is no such topic or partition, an offset is beyond the end, the
   *     start is after the end, or the cluster does not answer
   */
  public TopicRange plan(Admin admin, String topic, Point from, Point to) {
    List<Integer> all =
        await(topic, admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
            .partitions()
            .stream()
            .map(TopicPartitionInfo::partition)
            .toList();
    List<Integer> named = named(topic, named(topic, all, from), to);
    Function<OffsetSpec, Map<Integer, Long>> ask = spec -> offsets(admin, topic, named, spec);
    Map<Integer, Long> starts = ask.apply(OffsetSpec.earliest());
    Map<Integer, Long> ends = ask.apply(OffsetSpec.latest());
    Map<Integer, Long> requested = resolve(from, starts, ends, ask);
    Map<Integer, Long> until = resolve(to, starts, ends, ask);
    List<PartitionRange> ranges = new ArrayList<>();
    for (int partition : named) {
      ranges.add(
          range(
              topic,
              partition,
              requested.get(partition),
              starts.get(partition),
              until.get(partition),
              ends.get(partition)));
    }
    return new TopicRange(topic, ranges);
  }

  private static PartitionRange range(
      String topic, int partition, long requested, long logStart, long end, long logEnd) {
    if (requested > logEnd || end > logEnd) {
      throw new AuditException(
          "topic %s, partition %d: offset %d was asked for, but its last committed record is before"
                  .formatted(topic, partition, Math.max(requested, end))
              + " offset %d; give an offset of at most %d".formatted(logEnd, logEnd));
    }
    if (requested > end) {
      throw new AuditException(
          "topic %s, partition %d: the range starts at offset %d, after its end %d; give a start"
                  .formatted(topic, partition, requested, end)
              + " before the end");
    }
    return new PartitionRange(
        partition, requested, logStart, Math.min(Math.max(requested, logStart), end), end);
  }

  private static List<Integer> named(String topic, List<Integer> among, Point point) {
    if (!(point instanceof Point.Offsets offsets)) {
      return among;
    }
    offsets
        .byPartition()
        .keySet()
        .forEach(
            partition -> {
              if (!among.contains(partition)) {
                throw new AuditException(
                    "topic %s: partition %d was asked for, but there are (or the other point names)"
                            .formatted(topic, partition)
                        + " only %s".formatted(among));
              }
            });
    return among.stream().filter(offsets.byPartition()::containsKey).toList();
  }

  private static Map<Integer, Long> resolve(
      Point point,
      Map<Integer, Long> starts,
      Map<Integer, Long> ends,
      Function<OffsetSpec, Map<Integer, Long>> ask) {
    if (point instanceof Point.Earliest) {
      return starts;
    }
    if (point instanceof Point.Latest) {
      return ends;
    }
    if (point instanceof Point.Offsets offsets) {
      return offsets.byPartition();
    }
    Point.Timestamp timestamp = (Point.Timestamp) point;
    Map<Integer, Long> found = ask.apply(OffsetSpec.forTimestamp(timestamp.time().toEpochMilli()));
    // The topic may have grown between the two questions; its end is the one seen first.
    found.replaceAll(
        (partition, offset) ->
            offset < 0 ? ends.get(partition) : Math.min(offset, ends.get(partition)));
    return found;
  }

  private static Map<Integer, Long> offsets(
      Admin admin, String topic, List<Integer> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(new TopicPartition(topic, partition), spec));
    Map<TopicPartition, ListOffsetsResultInfo> answer =
        await(
            topic,
            admin
                .listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all());
    Map<Integer, Long> offsets = new HashMap<>();
    answer.forEach((at, info) -> offsets.put(at.partition(), info.offset()));
    return offsets;
  }

  private static <T> T await(String topic, KafkaFuture<T> answer) {
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e); // sets the thread's flag again
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof InvalidTopicException) {
        throw new AuditException(
            "topic %s does not exist; check its name and kafka.bootstrap.servers".formatted(topic),
            e);
      }
      throw new AuditException(
          "topic %s: the cluster refused: %s; check the kafka.* settings"
              .formatted(topic, oneLine(e.getCause())),
          e);
    } catch (TimeoutException e) {
      throw new AuditException(
          "topic %s: the cluster did not answer in %d s; check kafka.bootstrap.servers"
              .formatted(topic, PATIENCE.toSeconds()),
          e);
    }
  }

  private static String oneLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }
}
