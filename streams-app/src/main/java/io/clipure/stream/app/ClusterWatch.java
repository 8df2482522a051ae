package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the cluster every few seconds how far behind the partitions are that this instance reads:
 * end offset (as readers of committed records see it) minus committed offset. The consumer's own
 * lag only knows what it has fetched: an image in flight would count as done. Whether and when the
 * cluster answered at all is the health check of the connection, which Kafka Streams does not tell:
 * it stays RUNNING while its brokers are away.
 *
 * <p><b>Threading</b>: one daemon thread of its own; what it last saw may be read from any thread.
 */
final class ClusterWatch implements AutoCloseable {
  /** Between two questions. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /**
   * A graph's topic.
   *
   * @param client who reads it
   * @param group its consumer group
   */
  record Source(StreamsClient client, String topic, String group) {}

  /** What a partition lacks. */
  record Lag(String graph, TopicPartition partition, long images) {}

  private final Admin admin;
  private final List<Source> sources;
  private final Consumer<List<Lag>> lags;
  private final Thread thread;
  private volatile long lastAnswer;
  private volatile boolean answered;
  private volatile String failure = "it has not been asked yet";
  private volatile boolean closed;

  /**
   * Starts asking.
   *
   * @param lags takes all that is known after each answer, on the watch's thread
   */
  ClusterWatch(AppConfig config, List<Source> sources, Consumer<List<Lag>> lags) {
    this.admin = Clients.admin(config);
    this.sources = List.copyOf(sources);
    this.lags = lags;
    this.lastAnswer = System.nanoTime();
    this.thread = new Thread(() -> watch(config), "clipure-ops-cluster");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(AppConfig config) {
    while (!closed) {
      try {
        List<Lag> seen = new ArrayList<>();
        for (Source source : sources) {
          seen.addAll(lags(source));
        }
        answered = true;
        lastAnswer = System.nanoTime();
        lags.accept(seen);
      } catch (ExecutionException e) {
        failure = config.redact(Clients.reasons(e.getCause()));
      } catch (TimeoutException e) {
        failure = "it did not answer within " + PATIENCE.toSeconds() + " s";
      } catch (KafkaException e) {
        failure = config.redact(Clients.reasons(e));
      } catch (InterruptedException e) {
        return;
      }
      if (!closed) {
        LockSupport.parkNanos(INTERVAL.toNanos());
      }
    }
  }

  private List<Lag> lags(Source source)
      throws ExecutionException, TimeoutException, InterruptedException {
    Set<TopicPartition> assigned = source.client().assigned(source.topic());
    if (assigned.isEmpty()) {
      admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return List.of();
    }
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(
                Map.of(
                    source.group(),
                    new ListConsumerGroupOffsetsSpec().topicPartitions(List.copyOf(assigned))))
            .partitionsToOffsetAndMetadata(source.group())
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(assigned, OffsetSpec.latest());
    List<TopicPartition> fresh =
        assigned.stream().filter(partition -> committed.get(partition) == null).toList();
    Map<TopicPartition, ListOffsetsResultInfo> starts =
        fresh.isEmpty() ? Map.of() : offsets(fresh, OffsetSpec.earliest());
    List<Lag> lags = new ArrayList<>();
    for (TopicPartition partition : assigned) {
      long from =
          committed.get(partition) == null
              ? starts.get(partition).offset()
              : committed.get(partition).offset();
      long behind = Math.max(0, ends.get(partition).offset() - from);
      lags.add(new Lag(source.client().name(), partition, behind));
    }
    return lags;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      Iterable<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, TimeoutException, InterruptedException {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(partition, which));
    return admin
        .listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether the cluster has ever answered. */
  boolean answered() {
    return answered;
  }

  /** Time since it last answered, or since the watch began. */
  Duration sinceAnswer() {
    return Duration.ofNanos(System.nanoTime() - lastAnswer);
  }

  /** What went wrong last, in one line. */
  String failure() {
    return failure;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    admin.close(Duration.ofSeconds(1));
  }
}
