package io.clipure.stream.app;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka Streams client of the service, and what becomes of it when something fails: a thread is
 * replaced while that can help; after that the client ends and says why, once.
 *
 * <p><b>Threading</b>: thread-safe; both callbacks come on threads of Kafka Streams.
 */
final class StreamsClient {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsClient.class);

  private final String name;
  private final KafkaStreams streams;
  private final StreamThreadFailures failures;
  private final Consumer<String> onDeath;
  private final AtomicReference<Runnable> onRunning = new AtomicReference<>();
  private volatile long leftRunning;
  private volatile boolean ranOnce;
  private boolean closing;

  /**
   * Creates the client; {@link #start} starts it.
   *
   * @param name for the log
   * @param failures decides whether a failed thread is replaced
   * @param onDeath called with one line when the client ends by itself; may be called twice
   */
  StreamsClient(
      String name,
      Topology topology,
      Properties properties,
      StreamThreadFailures failures,
      Consumer<String> onDeath) {
    this(name, new KafkaStreams(topology, properties), failures, onDeath);
  }

  /**
   * The same with Kafka Streams as somebody else made it.
   *
   * @param streams not started; owned from now on
   */
  StreamsClient(
      String name, KafkaStreams streams, StreamThreadFailures failures, Consumer<String> onDeath) {
    this.name = name;
    this.failures = failures;
    this.onDeath = onDeath;
    this.streams = streams;
    streams.setUncaughtExceptionHandler(this::threadFailed);
    streams.setStateListener(this::changed);
  }

  /**
   * Starts it, unless it has been told to close.
   *
   * @param running called once, when it first has its partitions
   */
  synchronized void start(Runnable running) {
    if (!closing) {
      onRunning.set(running);
      streams.start();
    }
  }

  private void changed(KafkaStreams.State now, KafkaStreams.State before) {
    LOG.info("{}: state {} -> {}", name, before, now);
    ranOnce |= now == KafkaStreams.State.RUNNING;
    if (before == KafkaStreams.State.RUNNING) {
      leftRunning = System.nanoTime();
    }
    if (now == KafkaStreams.State.RUNNING) {
      Runnable once = onRunning.getAndSet(null);
      if (once != null) {
        once.run();
      }
    } else if (now == KafkaStreams.State.ERROR) {
      onDeath.accept(name + ": Kafka Streams stopped in state ERROR");
    }
  }

  private StreamThreadExceptionResponse threadFailed(Throwable failure) {
    StreamThreadExceptionResponse response = failures.handle(failure);
    if (response == StreamThreadExceptionResponse.SHUTDOWN_CLIENT) {
      Throwable root = failure;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      onDeath.accept(
          name + ": " + root.getClass().getSimpleName() + ": " + String.valueOf(root.getMessage()));
    }
    return response;
  }

  /** What it is called: live, backfill or shadow. */
  String name() {
    return name;
  }

  /** The client itself, for those who read its metrics and metadata. */
  KafkaStreams kafka() {
    return streams;
  }

  /** Whether it has ever had its partitions. */
  boolean ranOnce() {
    return ranOnce;
  }

  /** How long it has not been running after it was; zero while it runs, or before it ever has. */
  Duration outOfRunning() {
    return state() == KafkaStreams.State.RUNNING || !ranOnce
        ? Duration.ZERO
        : Duration.ofNanos(System.nanoTime() - leftRunning);
  }

  /** Stream threads that live; empty: it has not started, or has ended. */
  OptionalInt threadsAlive() {
    try {
      return OptionalInt.of(
          (int)
              streams.metadataForLocalThreads().stream()
                  .filter(thread -> !thread.threadState().equals("DEAD"))
                  .count());
    } catch (IllegalStateException e) {
      return OptionalInt.empty();
    }
  }

  /** Partitions of a topic that it reads now; none while it is not running. */
  Set<TopicPartition> assigned(String topic) {
    try {
      return streams.metadataForLocalThreads().stream()
          .flatMap(thread -> thread.activeTasks().stream())
          .flatMap(task -> task.topicPartitions().stream())
          .filter(partition -> partition.topic().equals(topic))
          .collect(Collectors.toSet());
    } catch (IllegalStateException e) {
      return Set.of();
    }
  }

  KafkaStreams.State state() {
    return streams.state();
  }

  /** Tells it to drain, commit and leave the group; does not wait. */
  synchronized void beginClose() {
    closing = true;
    // Leaving the group hands the partitions over at once, and a restart need not wait either.
    streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(Duration.ZERO));
  }

  /** Waits for {@link #beginClose}; false if it takes longer than the timeout. */
  boolean awaitClosed(Duration timeout) {
    return streams.close(timeout);
  }

  @Override
  public String toString() {
    return name + " " + streams.state();
  }
}
