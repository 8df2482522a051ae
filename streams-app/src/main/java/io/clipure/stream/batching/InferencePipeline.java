package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one path from job to embedding, shared by all tasks of the process: load threads, the
 * micro-batcher, one worker thread a device.
 *
 * <pre>
 *             submit             ┌──────────────┐ pixels ┌──────────────┐ batch ┌──────────────────┐
 *  stream  ─────────► budget ──► │ load threads │ ─────► │ MicroBatcher │ ────► │ worker, one each │
 *  threads ◄───────── progress ◄─┤              │        └──────────────┘       │ device           │
 *             outcome            └──────────────┘ ◄─────────── outcome ─────────┴──────────────────┘
 *
 *  RUNNING ── an Error in a worker, or a broken device ──► FAILED ──► CLOSED
 *     └────────────────────── close ──────────────────────────────────► │
 * </pre>
 *
 * <p>FAILED is for good: every task fails loudly at its next call, so that nothing is committed
 * past it; a new process has to be started.
 *
 * <p><b>Threading</b>: thread-safe. Owned and closed by the application, after Kafka Streams.
 */
public final class InferencePipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InferencePipeline.class);
  private static final long CLOSE_SECONDS = 10;

  private final BatchingSettings settings;
  private final List<ImageEncoder> encoders;
  private final InFlightBudget budget;
  private final Progress progress = new Progress();
  private final StatsRecorder stats = new StatsRecorder();
  private final MicroBatcher<Ticket<?>> batcher;
  private final ExecutorService loadThreads;
  private final List<Thread> workers = new ArrayList<>();
  private final AtomicReference<PipelineFailedException> failure = new AtomicReference<>();

  /**
   * Starts the threads.
   *
   * @param settings sizes
   * @param encoders one for each device worker, owned and closed by the pipeline from here on
   */
  public InferencePipeline(BatchingSettings settings, List<? extends ImageEncoder> encoders) {
    if (encoders.isEmpty()) {
      throw new IllegalArgumentException("no device: expected at least one image encoder");
    }
    this.settings = settings;
    this.encoders = List.copyOf(encoders);
    this.budget = new InFlightBudget(settings.maxInFlight(), settings.maxInFlightBytes());
    this.batcher = new MicroBatcher<>(settings.maxBatch(), settings.maxDelay());
    AtomicInteger number = new AtomicInteger();
    this.loadThreads =
        Executors.newFixedThreadPool(
            settings.loadThreads(), run -> daemon(run, "clipure-load-" + number.incrementAndGet()));
    for (ImageEncoder encoder : this.encoders) {
      DeviceWorker worker = new DeviceWorker(encoder, batcher, new WorkerListener());
      workers.add(daemon(worker, "clipure-device-" + workers.size() + "-" + encoder.device()));
    }
    workers.forEach(Thread::start);
  }

  /** The sizes in force. */
  public BatchingSettings settings() {
    return settings;
  }

  /** A snapshot of the counters. */
  public BatchingStats stats() {
    return stats.snapshot(settings.maxBatch(), budget);
  }

  /**
   * Whether it still works.
   *
   * @throws PipelineFailedException once failed or closed
   */
  public void checkHealthy() {
    PipelineFailedException failed = failure.get();
    if (failed != null) {
      throw new PipelineFailedException(failed.getMessage(), failed.getCause());
    }
  }

  /** Admits a job, or returns null if there is no room; the caller is then next in line. */
  <D> Ticket<D> trySubmit(Object caller, Job<D> job) {
    checkHealthy();
    if (!budget.tryAcquire(caller, job.bytes())) {
      return null;
    }
    Ticket<D> ticket = new Ticket<>(job, () -> giveBack(job.bytes()));
    batcher.expect();
    try {
      loadThreads.execute(
          () -> {
            try {
              load(ticket);
            } finally {
              batcher.settle();
            }
          });
    } catch (RejectedExecutionException e) {
      batcher.settle();
      ticket.abandon();
      checkHealthy();
      throw new PipelineFailedException("The load threads take no more work", e);
    }
    return ticket;
  }

  /** Gives up a place in line for room. */
  void withdraw(Object caller) {
    budget.withdraw(caller);
    progress.signal();
  }

  Progress progress() {
    return progress;
  }

  private void giveBack(long bytes) {
    budget.release(bytes);
    progress.signal();
  }

  private <D> void load(Ticket<D> ticket) {
    if (!ticket.begin()) {
      return;
    }
    Supplier<Loaded<D>> loader = ticket.loader();
    long started = System.nanoTime();
    try {
      Loaded<D> loaded = loader.get();
      long now = System.nanoTime();
      stats.loadNanos.add(now - started);
      if (loaded instanceof Loaded.Pixels<D> pixels) {
        if (ticket.pause(pixels, now - started, now)) {
          batcher.add(ticket);
        }
      } else {
        stats.settled.increment();
        ticket.finish(new Outcome.Settled<>(loaded.detail()));
        progress.signal();
      }
    } catch (RuntimeException | StackOverflowError e) {
      // A hostile file may exhaust the stack of a recursive decoder; that is the file's fault.
      LOG.error("Loading an image failed unexpectedly", e);
      stats.failed.increment();
      ticket.finish(new Outcome.Failed<>(Outcome.Stage.LOAD, "loading failed unexpectedly: " + e));
      progress.signal();
    } catch (Error e) {
      fail("A load thread failed: " + e, e);
      throw e;
    }
  }

  private void fail(String message, Throwable cause) {
    String full = message + "; nothing more is committed, restart the process";
    if (failure.compareAndSet(null, new PipelineFailedException(full, cause))) {
      LOG.error(full, cause);
    }
    progress.signal();
  }

  /** Stops all threads and closes the encoders. Idempotent. Jobs in flight never finish. */
  @Override
  public void close() {
    failure.compareAndSet(null, new PipelineFailedException("The pipeline is closed", null));
    loadThreads.shutdownNow();
    batcher.close();
    progress.signal();
    for (int i = 0; i < workers.size(); i++) {
      if (ended(workers.get(i))) {
        encoders.get(i).close();
      } else {
        // Closing an engine under a running call would crash the process.
        LOG.warn("Device {} did not stop; its encoder is left open", encoders.get(i).device());
      }
    }
  }

  private static boolean ended(Thread worker) {
    try {
      worker.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !worker.isAlive();
  }

  private static Thread daemon(Runnable run, String name) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    return thread;
  }

  private final class WorkerListener implements DeviceWorker.Listener {
    @Override
    public void encoded(int items, long nanos) {
      stats.items.add(items);
      stats.batches.increment();
      stats.encodeNanos.add(nanos);
    }

    @Override
    public void finished(Ticket<?> ticket, boolean failed) {
      if (failed) {
        stats.failed.increment();
      }
      progress.signal();
    }

    @Override
    public void broken(String message, Throwable cause) {
      fail(message, cause);
    }
  }
}
