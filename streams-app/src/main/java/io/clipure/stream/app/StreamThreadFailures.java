package io.clipure.stream.app;

import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.batching.PipelineFailedException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: it is replaced after a pause that doubles while failures
 * follow each other, so that an unreachable schema registry is retried and not hammered. Errors of
 * the JVM, a failed pipeline, and failures that do not end stop the client: a new process has to
 * start. A service that only fails must not look alive.
 *
 * <p><b>Threading</b>: called on the dying threads, which wait here; thread-safe.
 */
final class StreamThreadFailures implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(StreamThreadFailures.class);

  private static final long GIVE_UP = -1;

  private final Runnable health;
  private final long firstPauseNanos;
  private final long longestPauseNanos;
  private final long giveUpNanos;
  private final LongSupplier clock;
  private final LongConsumer pause;
  private long pauseNanos;
  private long lastFailure;
  private long firstOfRow;

  /**
   * Creates the handler; register it with {@code KafkaStreams.setUncaughtExceptionHandler}.
   *
   * @param pipeline once it has failed, no thread is replaced
   * @param firstPause pause after a first failure
   * @param longestPause bound of the doubling; twice that without failure starts over
   * @param giveUpAfter how long failures may follow each other before the client stops
   */
  public StreamThreadFailures(
      InferencePipeline pipeline,
      Duration firstPause,
      Duration longestPause,
      Duration giveUpAfter) {
    this(pipeline, firstPause, longestPause, giveUpAfter, System::nanoTime, LockSupport::parkNanos);
  }

  /** The same for a client without a pipeline. */
  static StreamThreadFailures withoutPipeline(
      Duration firstPause, Duration longestPause, Duration giveUpAfter) {
    return new StreamThreadFailures(
        () -> {}, firstPause, longestPause, giveUpAfter, System::nanoTime, LockSupport::parkNanos);
  }

  StreamThreadFailures(
      InferencePipeline pipeline,
      Duration firstPause,
      Duration longestPause,
      Duration giveUpAfter,
      LongSupplier clock,
      LongConsumer pause) {
    this(pipeline::checkHealthy, firstPause, longestPause, giveUpAfter, clock, pause);
  }

  /** With a check that throws {@link PipelineFailedException} where no new thread can help. */
  private StreamThreadFailures(
      Runnable health,
      Duration firstPause,
      Duration longestPause,
      Duration giveUpAfter,
      LongSupplier clock,
      LongConsumer pause) {
    this.health = health;
    this.firstPauseNanos = firstPause.toNanos();
    this.longestPauseNanos = longestPause.toNanos();
    this.giveUpNanos = giveUpAfter.toNanos();
    this.clock = clock;
    this.pause = pause;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (failure instanceof Error || !pipelineWorks()) {
      LOG.error("A stream thread failed for good; the client stops, restart the process", failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    long nanos = nextPause();
    if (nanos == GIVE_UP) {
      LOG.error(
          "Stream threads have kept failing for {} s; the client stops, restart the process",
          giveUpNanos / 1_000_000_000,
          failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.error("A stream thread failed; replacing it in {} ms", nanos / 1_000_000, failure);
    pause.accept(nanos);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private boolean pipelineWorks() {
    try {
      health.run();
      return true;
    } catch (PipelineFailedException e) {
      return false;
    }
  }

  private synchronized long nextPause() {
    long now = clock.getAsLong();
    boolean inARow = pauseNanos > 0 && now - lastFailure < 2 * longestPauseNanos;
    if (!inARow) {
      firstOfRow = now;
    } else if (now - firstOfRow > giveUpNanos) {
      return GIVE_UP;
    }
    pauseNanos = inARow ? Math.min(2 * pauseNanos, longestPauseNanos) : firstPauseNanos;
    lastFailure = now;
    return pauseNanos;
  }
}
