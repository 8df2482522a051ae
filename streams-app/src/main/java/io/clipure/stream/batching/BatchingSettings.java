package io.clipure.stream.batching;

import java.time.Duration;

/**
 * Sizes of the shared pipeline and of each task's window into it.
 *
 * @param loadThreads threads that decode, at least 1
 * @param maxBatch images a batch, at least 1
 * @param maxDelay longest wait of a decoded image for batch-mates; zero sends what is there
 * @param maxInFlight images admitted and not yet forwarded, over all tasks of the process
 * @param maxInFlightBytes the same in bytes; one larger image is admitted alone
 * @param maxInFlightPerTask images admitted and not yet forwarded of one task
 * @param drainDeadline longest wait of a stream thread, for room or for the commit barrier, before
 *     its tasks are given up as migrated
 * @param forwardInterval how often a task with pending images looks for finished ones between polls
 * @param fetchThreads fetches at a time, and fetched images not yet decoded, at least 1
 * @param fetchPerHost fetches at a time from one host, at least 1
 * @param decodeBytes memory of all decodings at a time; a larger one runs alone
 * @param deviceDeadline longest call of an encoder before it counts as hung
 * @param imageAttempts calls that may hang or fail because of one image before it is given up
 * @param backfillShare part of every room that back-fill may hold, above 0 and at most 1
 * @param backfillHold how long a back-fill batch may keep a device from a live image, as estimated
 */
public record BatchingSettings(
    int loadThreads,
    int maxBatch,
    Duration maxDelay,
    int maxInFlight,
    long maxInFlightBytes,
    int maxInFlightPerTask,
    Duration drainDeadline,
    Duration forwardInterval,
    int fetchThreads,
    int fetchPerHost,
    long decodeBytes,
    Duration deviceDeadline,
    int imageAttempts,
    double backfillShare,
    Duration backfillHold) {

  /** Default of {@code fetchThreads}. */
  public static final int FETCH_THREADS = 16;

  /** Default of {@code fetchPerHost}. */
  public static final int FETCH_PER_HOST = 4;

  /** Checks every bound. */
  public BatchingSettings {
    require(loadThreads >= 1, "load-threads", loadThreads, "1 or more");
    require(maxBatch >= 1, "max-batch", maxBatch, "1 or more");
    require(!maxDelay.isNegative(), "max-delay", maxDelay, "zero or more");
    require(
        maxInFlight >= maxBatch, "max-in-flight", maxInFlight, "max-batch or more: " + maxBatch);
    require(maxInFlightBytes >= 1, "max-in-flight-bytes", maxInFlightBytes, "1 or more");
    require(maxInFlightPerTask >= 1, "max-in-flight-per-task", maxInFlightPerTask, "1 or more");
    require(drainDeadline.toMillis() >= 1, "drain-deadline", drainDeadline, "1 ms or more");
    require(forwardInterval.toMillis() >= 1, "forward-interval", forwardInterval, "1 ms or more");
    require(fetchThreads >= 1, "fetch threads", fetchThreads, "1 or more");
    require(fetchPerHost >= 1, "fetch per-host", fetchPerHost, "1 or more");
    require(decodeBytes >= 1, "decode-memory", decodeBytes, "1 or more");
    require(deviceDeadline.toMillis() >= 1, "device-deadline", deviceDeadline, "1 ms or more");
    require(imageAttempts >= 1, "image-attempts", imageAttempts, "1 or more");
    require(
        backfillShare > 0 && backfillShare <= 1, "backfill-share", backfillShare, "above 0, to 1");
    require(!backfillHold.isNegative(), "backfill-hold", backfillHold, "zero or more");
  }

  /** With the defaults for fetching, decoding, device faults and back-fill. */
  public BatchingSettings(
      int loadThreads,
      int maxBatch,
      Duration maxDelay,
      int maxInFlight,
      long maxInFlightBytes,
      int maxInFlightPerTask,
      Duration drainDeadline,
      Duration forwardInterval) {
    this(
        loadThreads,
        maxBatch,
        maxDelay,
        maxInFlight,
        maxInFlightBytes,
        maxInFlightPerTask,
        drainDeadline,
        forwardInterval,
        FETCH_THREADS,
        FETCH_PER_HOST,
        128L << 20,
        Duration.ofSeconds(10),
        2,
        0.5,
        Duration.ofMillis(10));
  }

  /**
   * The same for fewer images at a time.
   *
   * @param batch most images a batch
   * @param inFlight most images admitted, {@code batch} or more; half of it for one task
   * @param inFlightBytes the same in bytes
   */
  public BatchingSettings within(int batch, int inFlight, long inFlightBytes) {
    return new BatchingSettings(
        loadThreads,
        Math.min(maxBatch, batch),
        maxDelay,
        Math.min(maxInFlight, inFlight),
        Math.min(maxInFlightBytes, inFlightBytes),
        Math.max(1, Math.min(maxInFlightPerTask, inFlight / 2)),
        drainDeadline,
        forwardInterval,
        fetchThreads,
        fetchPerHost,
        decodeBytes,
        deviceDeadline,
        imageAttempts,
        backfillShare,
        backfillHold);
  }

  /** Defaults for a number of load threads; 20 s of drain fits a 60 s transaction timeout. */
  public static BatchingSettings defaults(int loadThreads) {
    return new BatchingSettings(
        loadThreads,
        32,
        Duration.ofMillis(10),
        256,
        256L << 20,
        128,
        Duration.ofSeconds(20),
        Duration.ofMillis(5));
  }

  private static void require(boolean ok, String key, Object seen, String expected) {
    if (!ok) {
      throw new IllegalArgumentException(key + " is " + seen + "; it must be " + expected);
    }
  }
}
