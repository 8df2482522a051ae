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
 * @param loadThreads threads that decode; 0: one a core
 * @param decodeMemory memory of all decodings at a time
 * @param drainDeadline longest wait for pending images before a commit
 * @param forwardInterval how often a task looks for finished images between polls
 * @param deviceDeadline longest call of an encoder before it counts as hung
 * @param imageAttempts calls that may hang or fail because of one image
 * @param backfillShare part of every room that back-fill may hold
 * @param backfillHold how long a back-fill batch may keep a device from live images
 */
public record BatchingConfig(
    int maxBatch,
    Duration maxDelay,
    int maxInFlight,
    DataSize maxInFlightBytes,
    int perTaskInFlight,
    int loadThreads,
    DataSize decodeMemory,
    Duration drainDeadline,
    Duration forwardInterval,
    Duration deviceDeadline,
    int imageAttempts,
    double backfillShare,
    Duration backfillHold) {

  static final Setting<Integer> MAX_BATCH =
      Setting.of(
          "batching.max-batch", ValueType.integer(1, 4096), 32, "Images a batch holds at most; its rows are images times (1 + views of suspicion.views).");
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
      Setting.optional(
          "batching.max-in-flight-bytes",
          ValueType.dataSize(DataSize.mebibytes(1), DataSize.mebibytes(1 << 20)),
          "a quarter of the heap, at most 256MiB",
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
          "Threads that decode images; 0 means one a core. Back-fill keeps one of them free for live"
              + " images.");
  static final Setting<DataSize> DECODE_MEMORY =
      Setting.optional(
          "batching.decode-memory",
          ValueType.dataSize(DataSize.mebibytes(1), DataSize.mebibytes(1 << 20)),
          "three eighths of the heap, at most 1GiB",
          "Memory of the images being decoded; one that needs more is dead-lettered as"
              + " TOO_MUCH_MEMORY.");
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
  static final Setting<Duration> DEVICE_DEADLINE =
      Setting.of(
          "batching.device-deadline",
          ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
          Duration.ofSeconds(10),
          "Longest call of a device; one that takes longer counts as hung, its encoder is replaced"
              + " and its images are tried alone.");
  static final Setting<Integer> IMAGE_ATTEMPTS =
      Setting.of(
          "batching.image-attempts",
          ValueType.integer(1, 10),
          2,
          "Device calls that may hang or fail because of one image before it becomes a dead"
              + " letter.");
  static final Setting<Double> BACKFILL_SHARE =
      Setting.of(
          "batching.backfill-share",
          ValueType.decimal(0.01, 1),
          0.5,
          "Part of the room in flight, of the decode memory and of the fetches that back-fill may"
              + " hold.");
  static final Setting<Duration> BACKFILL_HOLD =
      Setting.of(
          "batching.backfill-hold",
          ValueType.duration(Duration.ZERO, Duration.ofSeconds(60)),
          Duration.ofMillis(10),
          "Back-fill batches are kept so small that a live image waits about this long for a"
              + " running one.");

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
    DECODE_MEMORY.check(decodeMemory);
    DRAIN_DEADLINE.check(drainDeadline);
    FORWARD_INTERVAL.check(forwardInterval);
    DEVICE_DEADLINE.check(deviceDeadline);
    IMAGE_ATTEMPTS.check(imageAttempts);
    BACKFILL_SHARE.check(backfillShare);
    BACKFILL_HOLD.check(backfillHold);
    if (maxInFlight < maxBatch) {
      throw new IllegalArgumentException(
          "%s: %d cannot fill a batch; expected at least %s, which is %d"
              .formatted(MAX_IN_FLIGHT.key(), maxInFlight, MAX_BATCH.key(), maxBatch));
    }
    if (calls(imageAttempts) * deviceDeadline.toMillis() >= drainDeadline.toMillis()) {
      throw new IllegalArgumentException(
          ("%s: %s is too long for %s of %s; expected %d times it to be less, so that an image that"
                  + " hangs a device is found out before its task is given up")
              .formatted(
                  DEVICE_DEADLINE.key(),
                  DurationText.format(deviceDeadline),
                  DRAIN_DEADLINE.key(),
                  DurationText.format(drainDeadline),
                  calls(imageAttempts)));
    }
  }

  /** Calls one image can hang: in a batch, which never blames it alone, then by itself. */
  private static int calls(int attempts) {
    return Math.max(2, attempts);
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
        DECODE_MEMORY,
        DRAIN_DEADLINE,
        FORWARD_INTERVAL,
        DEVICE_DEADLINE,
        IMAGE_ATTEMPTS,
        BACKFILL_SHARE,
        BACKFILL_HOLD);
  }

  static BatchingConfig from(Values values) {
    return new BatchingConfig(
        values.get(MAX_BATCH),
        values.get(MAX_DELAY),
        values.get(MAX_IN_FLIGHT),
        values.find(MAX_IN_FLIGHT_BYTES).orElse(HeapShare.eighths(2, DataSize.mebibytes(256))),
        values.get(PER_TASK_IN_FLIGHT),
        values.get(LOAD_THREADS),
        values.find(DECODE_MEMORY).orElse(HeapShare.eighths(3, DataSize.mebibytes(1024))),
        values.get(DRAIN_DEADLINE),
        values.get(FORWARD_INTERVAL),
        values.get(DEVICE_DEADLINE),
        values.get(IMAGE_ATTEMPTS),
        values.get(BACKFILL_SHARE),
        values.get(BACKFILL_HOLD));
  }
}
