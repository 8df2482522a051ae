package io.clipure.stream.config;

import java.time.Duration;
import java.util.List;

/**
 * Sizes of the micro-batcher.
 *
 * @param maxBatch images a batch
 * @param maxDelay longest wait for batch-mates
 * @param maxInFlight images admitted and not yet forwarded, in the process
 * @param maxInFlightBytes the same in bytes
 * @param perTaskInFlight the same for one task
 * @param loadThreads threads that fetch and decode; 0: one a core
 * @param drainDeadline longest wait for pending images before a commit
 * @param forwardInterval how often a task looks for finished images between polls
 */
public record BatchingConfig(
    int maxBatch,
    Duration maxDelay,
    int maxInFlight,
    DataSize maxInFlightBytes,
    int perTaskInFlight,
    int loadThreads,
    Duration drainDeadline,
    Duration forwardInterval) {

  static final Setting<Integer> MAX_BATCH =
      Setting.of(
          "batching.max-batch", ValueType.integer(1, 4096), 32, "Images a batch holds at most.");
  static final Setting<Duration> MAX_DELAY =
      Setting.of(
          "batching.max-delay",
          ValueType.duration(Duration.ZERO, Duration.ofSeconds(60)),
          Duration.ofMillis(50),
          "Longest wait of a decoded image for batch-mates that are still being decoded.");
  static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.of(
          "batching.max-in-flight",
          ValueType.integer(1, 1_000_000),
          256,
          "Images admitted and not yet forwarded, in the whole process; more make the consumers"
              + " wait.");
  static final Setting<DataSize> MAX_IN_FLIGHT_BYTES =
      Setting.of(
          "batching.max-in-flight-bytes",
          ValueType.dataSize(DataSize.mebibytes(1), DataSize.mebibytes(1 << 20)),
          DataSize.mebibytes(256),
          "Bytes of the images in flight; one larger image is admitted alone.");
  static final Setting<Integer> PER_TASK_IN_FLIGHT =
      Setting.of(
          "batching.per-task-in-flight",
          ValueType.integer(1, 1_000_000),
          64,
          "Images in flight of one task (partition).");
  static final Setting<Integer> LOAD_THREADS =
      Setting.of(
          "batching.load-threads",
          ValueType.integer(0, 1024),
          0,
          "Threads that fetch and decode images; 0 means one a core.");
  static final Setting<Duration> DRAIN_DEADLINE =
      Setting.of(
          "batching.drain-deadline",
          ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
          Duration.ofSeconds(30),
          "Longest wait for images in flight before a commit; after it the task is given up and"
              + " its images are read again.");
  static final Setting<Duration> FORWARD_INTERVAL =
      Setting.of(
          "batching.forward-interval",
          ValueType.duration(Duration.ofMillis(1), Duration.ofSeconds(10)),
          Duration.ofMillis(10),
          "How often a task with pending images looks for finished ones between polls.");

  /**
   * Checks bounds and relations.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public BatchingConfig {
    MAX_BATCH.check(maxBatch);
    MAX_DELAY.check(maxDelay);
    MAX_IN_FLIGHT.check(maxInFlight);
    MAX_IN_FLIGHT_BYTES.check(maxInFlightBytes);
    PER_TASK_IN_FLIGHT.check(perTaskInFlight);
    LOAD_THREADS.check(loadThreads);
    DRAIN_DEADLINE.check(drainDeadline);
    FORWARD_INTERVAL.check(forwardInterval);
    if (maxInFlight < maxBatch) {
      throw new IllegalArgumentException(
          "%s: %d cannot fill a batch; expected at least %s, which is %d"
              .formatted(MAX_IN_FLIGHT.key(), maxInFlight, MAX_BATCH.key(), maxBatch));
    }
  }

  /** {@link #loadThreads} with 0 resolved. */
  public int effectiveLoadThreads() {
    return loadThreads == 0 ? Runtime.getRuntime().availableProcessors() : loadThreads;
  }

  static List<Setting<?>> settings() {
    return List.of(
        MAX_BATCH,
        MAX_DELAY,
        MAX_IN_FLIGHT,
        MAX_IN_FLIGHT_BYTES,
        PER_TASK_IN_FLIGHT,
        LOAD_THREADS,
        DRAIN_DEADLINE,
        FORWARD_INTERVAL);
  }

  static BatchingConfig from(Values values) {
    return new BatchingConfig(
        values.get(MAX_BATCH),
        values.get(MAX_DELAY),
        values.get(MAX_IN_FLIGHT),
        values.get(MAX_IN_FLIGHT_BYTES),
        values.get(PER_TASK_IN_FLIGHT),
        values.get(LOAD_THREADS),
        values.get(DRAIN_DEADLINE),
        values.get(FORWARD_INTERVAL));
  }
}
