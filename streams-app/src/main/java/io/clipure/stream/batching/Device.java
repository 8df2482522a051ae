package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured device worker: its thread of the moment, the watchdog over it, and what becomes of
 * images when it hangs or fails. States: {@link DeviceHealth.State}.
 *
 * <p>A native call cannot be interrupted. One that outlasts the deadline is written off with its
 * thread and encoder, which that thread closes should it ever return; another thread opens a new
 * encoder, and the images are tried alone, so that one of them cannot take others with it again. An
 * image is given up only when it was alone in a call that hung or failed, when that has used up its
 * attempts, and when the device then works for a blank one.
 *
 * <p>Written-off encoders keep their memory: with more than {@value #MOST_HANGING} of them, or as
 * many replacements without one good batch between, the device is given up.
 *
 * <p><b>Threading</b>: thread-safe; called by its worker threads, the timer thread and the
 * pipeline's owner. No lock is held while foreign code runs.
 */
final class Device {
  private static final Logger LOG = LoggerFactory.getLogger(Device.class);
  private static final int MOST_HANGING = 4;

  /** How a device tells the pipeline. */
  interface Listener {
    /** A job ended. */
    void ended(Outcome<?> outcome);

    /** This device is retired; whether another one works. If none does, the pipeline fails. */
    boolean retired(Device device, String why, Throwable cause);

    /** An error that leaves nothing to be trusted. */
    void broken(String message, Throwable cause);
  }

  /** Lets others go first: may wait, for a bounded time, before a batch is begun. */
  @FunctionalInterface
  interface Courtesy {
    void giveWay();
  }

  /**
   * What devices share.
   *
   * @param clock epoch milliseconds
   * @param courtesy to other pipelines
   * @param liveCalls counts the live batches that are on a device
   */
  record Surroundings(
      BatchingSettings settings,
      MicroBatcher<Ticket<?>> batcher,
      Timer timer,
      LongSupplier clock,
      KnownFaults knownFaults,
      StatsRecorder stats,
      Listener listener,
      Courtesy courtesy,
      AtomicInteger liveCalls) {}

  private final String name;
  private final EncoderFactory factory;
  private final Surroundings our;
  private final BatchLimits limits;
  private final List<Ticket<?>> accused = new ArrayList<>();
  private DeviceHealth.State state = DeviceHealth.State.WORKING;
  private Thread thread;
  private String lastFault;
  private int hanging;
  private int threads;
  private long replaced;
  private int withoutGoodBatch;

  Device(int number, EncoderFactory factory, Surroundings our) {
    this.name = "clipure-device-" + number + "-" + factory.device();
    this.factory = factory;
    this.our = our;
    this.limits = new BatchLimits(our.settings().maxBatch(), our.settings().backfillHold());
  }

  /** Starts with an encoder that is open. */
  void start(ImageEncoder encoder) {
    startThread(new DeviceWorker(this, encoder));
  }

  private synchronized void startThread(DeviceWorker worker) {
    thread = Threads.daemon(worker, threads == 0 ? name : name + "-" + threads);
    threads++;
    thread.start();
  }

  synchronized DeviceHealth health() {
    return new DeviceHealth(
        factory.device(), state, hanging, replaced, Optional.ofNullable(lastFault));
  }

  synchronized boolean retired() {
    return state == DeviceHealth.State.RETIRED;
  }

  Duration deadline() {
    return our.settings().deviceDeadline();
  }

  MicroBatcher.Batch<Ticket<?>> take() throws InterruptedException {
    return our.batcher().take(limits.most(), limits.mostBackfill());
  }

  /** Before a batch: nothing of it is claimed yet. */
  void begins(Lane lane) {
    our.courtesy().giveWay();
    if (lane == Lane.LIVE) {
      our.liveCalls().incrementAndGet();
    }
  }

  /** After it, however it ended. */
  void ends(Lane lane) {
    if (lane == Lane.LIVE) {
      our.liveCalls().decrementAndGet();
    }
  }

  /** Those of a batch that are to be encoded together, now. */
  List<Ticket<?>> claim(MicroBatcher.Batch<Ticket<?>> batch) {
    long now = our.clock().getAsLong();
    List<Ticket<?>> mine = new ArrayList<>(batch.items().size());
    for (Ticket<?> ticket : batch.items()) {
      if (ticket.begin() && !over(ticket, now)) {
        mine.add(ticket);
      }
    }
    if (mine.size() > 1) {
      mine.removeIf(this::mustGoAlone);
    }
    mine.forEach(Ticket::inferenceBegins);
    return mine;
  }

  private boolean over(Ticket<?> ticket, long now) {
    if (ticket.inferenceBegan()) {
      return false;
    }
    if (ticket.expired(now)) {
      expire(ticket);
      return true;
    }
    KnownFaults.Fault known = our.knownFaults().of(ticket.views());
    if (known == null) {
      return false;
    }
    ticket.blamedBefore(known.attempts());
    if (known.convicted()) {
      fail(ticket, "not tried again");
    }
    return known.convicted();
  }

  private boolean mustGoAlone(Ticket<?> ticket) {
    boolean suspect = ticket.attempts() > 0;
    if (suspect) {
      again(List.of(ticket));
    }
    return suspect;
  }

  void succeeded(List<Ticket<?>> batch, long nanos) {
    limits.succeeded(batch.get(0).lane(), batch.size(), nanos);
    our.stats().items.add(batch.size());
    our.stats().batches.increment();
    our.stats().encodeNanos.add(nanos);
    if (batch.size() == 1 && batch.get(0).attempts() > 0) {
      our.knownFaults().forget(batch.get(0).views());
    }
    synchronized (this) {
      withoutGoodBatch = 0;
    }
  }

  void outOfMemory(int size) {
    our.stats().outOfMemory.increment();
    limits.tooLarge(size);
  }

  /** Back to the batcher, to be taken together. */
  void again(List<Ticket<?>> tickets) {
    List<Ticket<?>> wanted = tickets.stream().filter(Ticket::pause).toList();
    if (!wanted.isEmpty()) {
      our.stats().retries.add(wanted.size());
      our.batcher().addAgain(wanted.get(0).lane(), wanted);
    }
  }

  /** A call with this image alone went wrong: it is tried again, or awaits {@link #convict}. */
  void blame(Ticket<?> ticket, String what) {
    ticket.blame(what);
    if (ticket.attempts() < our.settings().imageAttempts()) {
      again(List.of(ticket));
    } else {
      synchronized (this) {
        accused.add(ticket);
      }
    }
  }

  /** The device works: it was the images that were accused. */
  void convict() {
    for (Ticket<?> ticket : takeAccused()) {
      if (our.knownFaults().of(ticket.views()) != null) {
        our.knownFaults().remember(ticket.views(), new KnownFaults.Fault(ticket.attempts(), true));
      }
      fail(ticket, "the device works for a blank image");
    }
  }

  private synchronized List<Ticket<?>> takeAccused() {
    List<Ticket<?>> taken = List.copyOf(accused);
    accused.clear();
    return taken;
  }

  private <D> void fail(Ticket<D> ticket, String verdict) {
    String message = "%d attempts: %s; %s".formatted(ticket.attempts(), ticket.history(), verdict);
    ticket.origin().enter();
    try {
      LOG.warn("An image is given up after {}", message);
    } finally {
      Origin.leave();
    }
    end(ticket, new Outcome.Failed<>(Outcome.Stage.ENCODE, message));
  }

  private <D> void expire(Ticket<D> ticket) {
    end(ticket, new Outcome.Expired<>());
  }

  <D> void end(Ticket<D> ticket, Outcome<D> outcome) {
    ticket.finish(outcome);
    our.listener().ended(outcome);
  }

  Timer.Alarm watch(EncoderCall call, Duration limit) {
    long due = our.clock().getAsLong() + limit.toMillis();
    return our.timer().schedule(limit.toNanos(), () -> overdue(call, limit, due));
  }

  /**
   * On the timer thread. An alarm that comes late says that the whole process stood still (SIGSTOP,
   * a machine that was moved or swapped): the device had no time either, and gets its time again.
   */
  private void overdue(EncoderCall call, Duration limit, long due) {
    long late = our.clock().getAsLong() - due;
    if (late <= limit.toMillis() / 4) {
      hung(call, limit);
    } else if (!call.claimed()) {
      LOG.warn("The process stood still for {} ms or more; device {} gets more time", late, this);
      watch(call, limit);
    }
  }

  /** On the timer thread. */
  private void hung(EncoderCall call, Duration limit) {
    if (!call.claim()) {
      return;
    }
    int size = call.tickets().size();
    String what =
        switch (call.kind()) {
          case ENCODE -> size == 1 ? "one image alone" : "a batch of " + size;
          case PROBE -> "a blank image";
          case OPEN -> "the opening of a new encoder";
        };
    String fault = "hung for " + limit.toMillis() + " ms in " + what;
    our.stats().hangs.increment();
    int hangingNow = recovering(fault, 1);
    if (size == 1) {
      call.tickets().get(0).origin().enter();
    }
    try {
      LOG.error("Device {} {}; its thread and encoder are written off", this, fault);
    } finally {
      Origin.leave();
    }
    if (size > 1) {
      limits.tooLarge(size);
    }
    for (Ticket<?> ticket : call.tickets()) {
      our.knownFaults()
          .remember(ticket.views(), new KnownFaults.Fault(ticket.attempts() + 1, false));
      if (size == 1) {
        blame(ticket, this + " " + fault);
      } else {
        ticket.blame(this + " " + fault);
        again(List.of(ticket));
      }
    }
    if (call.kind() == EncoderCall.Kind.OPEN) {
      giveUp(fault, null);
    } else if (hangingNow > MOST_HANGING) {
      giveUp(fault + "; " + hangingNow + " encoders hang", null);
    } else {
      startThread(new DeviceWorker(this, null));
    }
  }

  /** A written-off call has returned and its encoder is closed. */
  synchronized void returned() {
    hanging--;
  }

  void recovering(String fault) {
    recovering(fault, 0);
  }

  private synchronized int recovering(String fault, int newlyHanging) {
    state = DeviceHealth.State.RECOVERING;
    lastFault = fault;
    hanging += newlyHanging;
    return hanging;
  }

  /** Before a replacement is opened. */
  synchronized void mayReopen() throws DeviceWorker.BrokenDeviceException {
    withoutGoodBatch++;
    if (withoutGoodBatch > MOST_HANGING) {
      throw new DeviceWorker.BrokenDeviceException(
          "it was opened anew " + MOST_HANGING + " times without one good batch: " + lastFault,
          null);
    }
  }

  ImageEncoder open() {
    return factory.open().get();
  }

  /** The replacement works. */
  void working() {
    synchronized (this) {
      state = DeviceHealth.State.WORKING;
      replaced++;
    }
    our.stats().replaced.increment();
    LOG.warn("Device {} has a new encoder and works again", this);
  }

  /** For good; what was accused is left to other devices, if there are any. */
  void giveUp(String why, Throwable cause) {
    synchronized (this) {
      state = DeviceHealth.State.RETIRED;
      lastFault = why;
    }
    our.stats().retired.increment();
    if (our.listener().retired(this, why, cause)) {
      takeAccused().forEach(ticket -> again(List.of(ticket)));
    }
  }

  void broken(Throwable cause) {
    our.listener().broken("Device " + this + " is broken: " + cause, cause);
  }

  /**
   * Waits for its thread; the batcher is closed.
   *
   * @param patience longest wait
   */
  void close(Duration patience) {
    Thread last;
    int left;
    synchronized (this) {
      last = thread;
      left = hanging;
    }
    if (last != null && !ended(last, patience)) {
      left++;
    }
    if (left > 0) {
      // Closing an engine under a running call would crash the process.
      LOG.warn("{} calls on device {} have not returned; their encoders are left open", left, this);
    }
  }

  private static boolean ended(Thread worker, Duration patience) {
    try {
      worker.join(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !worker.isAlive();
  }

  @Override
  public String toString() {
    return factory.device();
  }
}
