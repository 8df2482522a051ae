package io.clipure.stream.batching;

import java.time.Duration;

/**
 * Sizes of the shared pipeline and of each task's window into it.
 *
 * @param loadThreads threads that fetch and decode, at least 1
 * @param maxBatch images a batch, at least 1
 * @param maxDelay longest wait of a decoded image for batch-mates; zero sends what is there
 * @param maxInFlight images admitted and not yet forwarded, over all tasks of the process
 * @param maxInFlightBytes the same in bytes; one larger image is admitted alone
 * @param maxInFlightPerTask images admitted and not yet forwarded of one task
 * @param drainDeadline longest wait of a stream thread, for room or for the commit barrier, before
 *     its tasks are given up as migrated
 * @param forwardInterval how often a task with pending images looks for finished ones between polls
 */
public record BatchingSettings(
    int loadThreads,
    int maxBatch,
    Duration maxDelay,
    int maxInFlight,
    long maxInFlightBytes,
    int maxInFlightPerTask,
    Duration drainDeadline,
    Duration forwardInterval) {

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
