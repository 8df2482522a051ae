package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one path from job to embedding, shared by all tasks of the process: fetch threads, load
 * threads, the micro-batcher, one worker a device.
 *
 * <pre>
 *             submit             ┌───────────────┐ pixels ┌──────────────┐ batch ┌─────────────────┐
 *  stream  ─────────► budget ──► │ StepRunner:   │ ─────► │ MicroBatcher │ ────► │ Device, one     │
 *  threads ◄───────── progress ◄─┤ fetch, decode │        └──────────────┘ ◄──── │ each worker     │
 *             outcome            └───────────────┘ ◄──────────── outcome ────────┴─────────────────┘
 *
 *  RUNNING ── an Error in a thread, or the last device given up ──► FAILED ──► CLOSED
 *     └────────────────────────── close ───────────────────────────────────────► │
 * </pre>
 *
 * <p>FAILED is for good: every task fails loudly at its next call, so that nothing is committed
 * past it; a new process has to be started.
 *
 * <p>A pipeline may have guests ({@link #guest}): pipelines for work that must not be felt by its
 * own. A guest has room in flight of its own, so it never takes any from its host, and its failure
 * is not the host's; its images are fetched and decoded by the host's threads, in their lane.
 *
 * <p><b>Threading</b>: thread-safe. Owned and closed by the application, after Kafka Streams;
 * guests before their host.
 */
public final class InferencePipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InferencePipeline.class);
  private static final long LOOK_NANOS = 500_000;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  /** A host that is to be closed too does not wait for a guest's call that hangs. */
  private static final Duration GUEST_CLOSE_PATIENCE = Duration.ofSeconds(1);

  /** Null: this is no guest. */
  private final InferencePipeline host;

  private final BatchingSettings settings;
  private final InFlightBudget budget;
  private final Progress progress;
  private final StatsRecorder stats = new StatsRecorder();
  private final MicroBatcher<Ticket<?>> batcher;
  private final FetchPool fetches;
  private final DecodePool decodes;
  private final StepRunner steps;
  private final Timer timer;
  private final LongSupplier clock;
  private final AtomicInteger liveCalls = new AtomicInteger();
  private final List<Device> devices = new ArrayList<>();
  private final AtomicReference<PipelineFailedException> failure = new AtomicReference<>();

  /**
   * Opens an encoder for each device worker and starts the threads.
   *
   * @param settings sizes
   * @param factories one for each device worker
   * @throws RuntimeException what a factory throws; encoders opened before are closed
   */
  public InferencePipeline(BatchingSettings settings, List<EncoderFactory> factories) {
    this(settings, factories, new TimerThread(), System::currentTimeMillis);
  }

  /**
   * With a timer and a clock of its own, for tests.
   *
   * @param timer closed by the pipeline
   * @param clock epoch milliseconds
   */
  InferencePipeline(
      BatchingSettings settings, List<EncoderFactory> factories, Timer timer, LongSupplier clock) {
    if (factories.isEmpty()) {
      throw new IllegalArgumentException("no device: expected at least one image encoder");
    }
    Share share = new Share(settings.backfillShare());
    this.host = null;
    this.settings = settings;
    this.timer = timer;
    this.clock = clock;
    this.progress = new Progress();
    this.budget = new InFlightBudget(settings.maxInFlight(), settings.maxInFlightBytes(), share);
    this.batcher = new MicroBatcher<>(settings.maxDelay());
    this.fetches = new FetchPool(settings.fetchThreads(), settings.fetchPerHost(), share);
    this.decodes = new DecodePool(settings.loadThreads(), settings.decodeBytes(), share);
    this.steps = new StepRunner(fetches, decodes, batcher, timer, clock, new StepListener());
    try {
      startDevices(factories, 0, () -> {});
    } catch (RuntimeException | Error e) {
      closeLoading();
      throw e;
    }
  }

  /** A guest. */
  private InferencePipeline(
      InferencePipeline host, BatchingSettings settings, List<EncoderFactory> factories) {
    this.host = host;
    this.settings = settings;
    this.timer = host.timer;
    this.clock = host.clock;
    this.progress = host.progress;
    this.budget =
        new InFlightBudget(settings.maxInFlight(), settings.maxInFlightBytes(), new Share(1));
    this.batcher = factories.isEmpty() ? host.batcher : new MicroBatcher<>(settings.maxDelay());
    this.fetches = host.fetches;
    this.decodes = host.decodes;
    this.steps = new StepRunner(fetches, decodes, batcher, timer, clock, new StepListener());
    // All it may hold has had its turn in half the drain deadline, however busy the host is.
    Duration longest = settings.drainDeadline().dividedBy(2L * settings.maxInFlight());
    startDevices(factories, host.devices.size(), () -> host.awaitNoLive(longest, this));
  }

  /**
   * Opens a guest of this pipeline, for back-fill jobs alone. Without encoders of its own, its
   * images go to the devices of this pipeline behind every live image. With some, its devices begin
   * a batch when no live image of this pipeline is being decoded, waits for a device or is on one;
   * but they wait no longer than that all images in flight get their turn in half the drain
   * deadline: a guest of a host that never rests goes on, slowly.
   *
   * @param guestSettings sizes of room, batches and waits; threads and memory are this pipeline's
   * @param factories one for each device worker of its own; empty: it uses this pipeline's
   * @throws RuntimeException what a factory throws; encoders opened before are closed
   */
  public InferencePipeline guest(BatchingSettings guestSettings, List<EncoderFactory> factories) {
    return new InferencePipeline(this, guestSettings, factories);
  }

  private void startDevices(
      List<EncoderFactory> factories, int firstNumber, Device.Courtesy courtesy) {
    Device.Surroundings surroundings =
        new Device.Surroundings(
            settings,
            batcher,
            timer,
            clock,
            new KnownFaults(),
            stats,
            new DeviceListener(),
            courtesy,
            liveCalls);
    for (EncoderFactory factory : factories) {
      devices.add(new Device(firstNumber + devices.size(), factory, surroundings));
    }
    List<ImageEncoder> encoders = new ArrayList<>();
    try {
      factories.forEach(factory -> encoders.add(factory.open().get()));
    } catch (RuntimeException | Error e) {
      encoders.forEach(ImageEncoder::close);
      throw e;
    }
    for (int i = 0; i < encoders.size(); i++) {
      devices.get(i).start(encoders.get(i));
    }
  }

  /**
   * Waits until no live image is about to be encoded or is. A live call that hangs counts until it
   * returns.
   */
  private void awaitNoLive(Duration longest, InferencePipeline guest) {
    long end = System.nanoTime() + longest.toNanos();
    while ((liveCalls.get() > 0 || batcher.liveComes())
        && System.nanoTime() < end
        && guest.failure.get() == null) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** The sizes in force. */
  public BatchingSettings settings() {
    return settings;
  }

  /** A snapshot of the counters. */
  public BatchingStats stats() {
    return stats.snapshot(settings.maxBatch(), budget, batcher, fetches, decodes);
  }

  /** How each device worker is, in the order of the factories. */
  public List<DeviceHealth> devices() {
    return devices.stream().map(Device::health).toList();
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
    if (host != null) {
      host.checkHealthy();
    }
  }

  /** Admits a job that came from no record. */
  <D> Ticket<D> trySubmit(Object caller, Job<D> job) {
    return trySubmit(caller, job, Origin.NONE);
  }

  /** Admits a job, or returns null if there is no room; the caller is then next in line. */
  <D> Ticket<D> trySubmit(Object caller, Job<D> job, Origin origin) {
    checkHealthy();
    if (host != null && job.lane() == Lane.LIVE) {
      throw new IllegalArgumentException("a guest was given a live job; expected back-fill alone");
    }
    if (!budget.tryAcquire(caller, job.lane(), job.bytes())) {
      return null;
    }
    Ticket<D> ticket = new Ticket<>(job, origin, () -> giveBack(job.lane(), job.bytes()));
    steps.start(ticket, job.first());
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

  private void giveBack(Lane lane, long bytes) {
    budget.release(lane, bytes);
    progress.signal();
  }

  private void jobEnded(Outcome<?> outcome) {
    if (outcome instanceof Outcome.Settled) {
      stats.settled.increment();
    } else if (outcome instanceof Outcome.Expired) {
      stats.expired.increment();
    } else if (outcome instanceof Outcome.Failed) {
      stats.failed.increment();
    }
    progress.signal();
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
    if (host == null) {
      closeLoading();
    }
    if (host == null || batcher != host.batcher) {
      batcher.close();
    }
    progress.signal();
    devices.forEach(device -> device.close(host == null ? CLOSE_PATIENCE : GUEST_CLOSE_PATIENCE));
  }

  private void closeLoading() {
    steps.close();
    timer.close();
  }

  private final class StepListener implements StepRunner.Listener {
    @Override
    public void stepRan(long nanos) {
      stats.loadNanos.add(nanos);
    }

    @Override
    public void ended(Outcome<?> outcome) {
      jobEnded(outcome);
    }

    @Override
    public void broken(String message, Throwable cause) {
      fail(message, cause);
    }
  }

  private final class DeviceListener implements Device.Listener {
    @Override
    public void ended(Outcome<?> outcome) {
      jobEnded(outcome);
    }

    @Override
    public boolean retired(Device device, String why, Throwable cause) {
      if (devices.stream().allMatch(Device::retired)) {
        fail("Device " + device + " is broken: " + why, cause);
        return false;
      }
      LOG.error("Device {} is given up until the next start: {}", device, why, cause);
      return true;
    }

    @Override
    public void broken(String message, Throwable cause) {
      fail(message, cause);
    }
  }
}
