package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.EncoderFactory;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.batching.Job;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.batching.Loaded;
import io.clipure.stream.batching.Outcome;
import io.clipure.stream.batching.PipelineClient;
import io.clipure.stream.batching.PipelineFailedException;
import io.clipure.stream.batching.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Latency of live images, one at a time, alone and under a back-fill, or a shadow, that takes every
 * room it is given. Rounds of the two alternate, because a shared machine's speed drifts.
 *
 * <p><b>Threading</b>: the caller's thread is the live client; a thread of its own feeds back-fill.
 */
final class PriorityBench {
  /**
   * Latencies, sorted, nanoseconds.
   *
   * @param idle of live images alone
   * @param loaded of live images under back-fill
   * @param backfillPerSecond back-fill images answered a second meanwhile
   */
  record Result(long[] idle, long[] loaded, double backfillPerSecond) {
    static double millis(long[] sorted, double quantile) {
      return sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e6;
    }

    double ratio(double quantile) {
      return millis(loaded, quantile) / millis(idle, quantile);
    }
  }

  private static final int ROUNDS = 4;

  /** A round ends after that time, or with one lane the command would run for minutes. */
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int FEWEST = 5;

  /** Images in flight of the back-fill: more than any share of the room lets in. */
  private static final int BACKFILL_WINDOW = 1_000;

  private final Engines engines;
  private final List<byte[]> images;
  private final int perRound;
  private final long pauseNanos;

  /**
   * Creates the benchmark.
   *
   * @param images encoded images, taken in turn
   * @param count live images in each of the two conditions
   * @param pauseNanos between one live image's answer and the next
   */
  PriorityBench(Engines engines, List<byte[]> images, int count, long pauseNanos) {
    this.engines = engines;
    this.images = images;
    this.perRound = Math.max(1, count / ROUNDS);
    this.pauseNanos = pauseNanos;
  }

  /**
   * Measures.
   *
   * @param backfill the lane in which the back-fill runs; {@code LIVE}: without priority
   */
  Result run(BatchingSettings settings, List<EncoderFactory> encoders, Lane backfill)
      throws InterruptedException {
    try (InferencePipeline pipeline = new InferencePipeline(settings, encoders)) {
      return run(pipeline, () -> new Backfill(pipeline, backfill, engines));
    }
  }

  /**
   * Measures live images under the shadow of a configuration.
   *
   * @param shadow opens the candidate as a guest of a pipeline
   */
  Result shadow(
      BatchingSettings settings,
      List<EncoderFactory> encoders,
      Function<InferencePipeline, ShadowEngines> shadow)
      throws InterruptedException {
    try (InferencePipeline pipeline = new InferencePipeline(settings, encoders);
        ShadowEngines candidate = shadow.apply(pipeline)) {
      return run(
          pipeline, () -> new Backfill(candidate.pipeline(), Lane.BACKFILL, candidate.engines()));
    }
  }

  private Result run(InferencePipeline pipeline, Supplier<Backfill> load)
      throws InterruptedException {
    try (PipelineClient<String> client = new PipelineClient<>(pipeline)) {
      live(client, perRound); // warms up
      List<Long> idle = new ArrayList<>();
      List<Long> loaded = new ArrayList<>();
      long answered = 0;
      long nanos = 0;
      for (int round = 0; round < ROUNDS; round++) {
        idle.addAll(live(client, perRound));
        try (Backfill running = load.get()) {
          live(client, Math.min(perRound, 20)); // until it is saturated
          long before = running.answered.get();
          long started = System.nanoTime();
          loaded.addAll(live(client, perRound));
          nanos += System.nanoTime() - started;
          answered += running.answered.get() - before;
        }
      }
      return new Result(sorted(idle), sorted(loaded), answered / (nanos / 1e9));
    }
  }

  private static long[] sorted(List<Long> values) {
    long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private List<Long> live(PipelineClient<String> client, int count) throws InterruptedException {
    List<Long> latencies = new ArrayList<>(count);
    long end = System.nanoTime() + ROUND_NANOS;
    for (int i = 0; i < count && (i < FEWEST || System.nanoTime() < end); i++) {
      LockSupport.parkNanos(pauseNanos);
      long started = System.nanoTime();
      Outcome<String> outcome = client.submit(job(engines, Lane.LIVE, i)).await();
      latencies.add(System.nanoTime() - started);
      if (!(outcome instanceof Outcome.Encoded)) {
        throw new IllegalStateException("an image that loads was answered with " + outcome);
      }
    }
    return latencies;
  }

  private Job<String> job(Engines whose, Lane lane, int number) {
    byte[] image = images.get(number % images.size());
    int side = whose.info().imageSize();
    return new Job<>(
        image.length + 3L * side * side * (1 + whose.views().plan().extraViews()),
        lane,
        Job.NEVER,
        new Step.Decode<>(
            4L * side * side,
            () ->
                new Step.Done<>(
                    new Loaded.Pixels<>("", whose.views(BenchImages.pixels(image, whose))))));
  }

  /** Keeps as many images in flight as it may. */
  private final class Backfill implements AutoCloseable {
    final AtomicLong answered = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Thread thread;

    Backfill(InferencePipeline pipeline, Lane lane, Engines whose) {
      thread = new Thread(() -> run(pipeline, lane, whose), "bench-backfill");
      thread.setDaemon(true);
      thread.start();
    }

    private void run(InferencePipeline pipeline, Lane lane, Engines whose) {
      Deque<PipelineClient<String>.Submitted> pending = new ArrayDeque<>();
      try (PipelineClient<String> client = new PipelineClient<>(pipeline)) {
        for (int i = 0; !stop.get(); i++) {
          if (pending.size() < BACKFILL_WINDOW) {
            PipelineClient<String>.Submitted submitted = client.trySubmit(job(whose, lane, i));
            if (submitted != null) {
              pending.addLast(submitted);
              continue;
            }
          }
          pending.removeFirst().await();
          answered.incrementAndGet();
        }
      } catch (InterruptedException | PipelineFailedException e) {
        failure.set(e);
      } finally {
        pending.forEach(PipelineClient.Submitted::abandon);
      }
    }

    @Override
    public void close() {
      stop.set(true);
      try {
        thread.join(TimeUnit.SECONDS.toMillis(60));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (failure.get() != null || thread.isAlive()) {
        throw new IllegalStateException("the back-fill did not end well", failure.get());
      }
    }
  }
}
