package io.clipure.stream.batching;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a job from step to step, each where it belongs, until its pixels are in the batcher or it
 * has ended.
 *
 * <p>A job counts as on the way to a batch while it waits for decoding or is decoded, not while it
 * is fetched: nobody's batch waits for a download.
 *
 * <p><b>Threading</b>: {@link #start} on stream threads, never blocking; steps run on fetch and
 * load threads, pauses end on the timer thread.
 */
final class StepRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How the runner tells the pipeline. */
  interface Listener {
    /** A fetch or decoding took that long. */
    void stepRan(long nanos);

    /** A job ended without the encoder. */
    void ended(Outcome<?> outcome);

    /** An error that leaves nothing to be trusted. */
    void broken(String message, Throwable cause);
  }

  private static final int HEAP_ATTEMPTS = 5;

  /** Before the second attempt it is twice as long, and doubles: three seconds in all. */
  private static final Duration HEAP_PAUSE = Duration.ofMillis(100);

  private final FetchPool fetches;
  private final DecodePool decodes;
  private final MicroBatcher<Ticket<?>> batcher;
  private final Timer timer;
  private final LongSupplier clock;
  private final Listener listener;
  private volatile boolean closed;

  StepRunner(
      FetchPool fetches,
      DecodePool decodes,
      MicroBatcher<Ticket<?>> batcher,
      Timer timer,
      LongSupplier clock,
      Listener listener) {
    this.fetches = fetches;
    this.decodes = decodes;
    this.batcher = batcher;
    this.timer = timer;
    this.clock = clock;
    this.listener = listener;
  }

  /** Begins with a new job. */
  <D> void start(Ticket<D> ticket, Step<D> first) {
    if (ticket.begin()) {
      guarded(ticket, () -> proceed(ticket, first, 0));
    }
  }

  /** For a ticket that was begun: runs the action, unless the job's time is over. */
  private <D> void guarded(Ticket<D> ticket, Runnable action) {
    ticket.origin().enter();
    try {
      if (ticket.expired(clock.getAsLong())) {
        end(ticket, new Outcome.Expired<>());
      } else {
        action.run();
      }
    } catch (NoHeapException e) {
      LOG.error("An image is given up", e);
      end(ticket, new Outcome.Failed<>(Outcome.Stage.MEMORY, e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      // A hostile file may exhaust the stack of a recursive decoder; that is the file's fault.
      if (closed) {
        LOG.debug("A step was interrupted: the pipeline closes", e);
      } else {
        LOG.error("Loading an image failed unexpectedly", e);
      }
      end(ticket, new Outcome.Failed<>(Outcome.Stage.LOAD, "loading failed unexpectedly: " + e));
    } catch (Error e) {
      listener.broken("A load thread failed: " + e, e);
      throw e;
    } finally {
      Origin.leave();
    }
  }

  private <D> void end(Ticket<D> ticket, Outcome<D> outcome) {
    ticket.finish(outcome);
    listener.ended(outcome);
  }

  /** For a ticket that was begun: it waits for {@code next}, which may begin before this ends. */
  private <D> void proceed(Ticket<D> ticket, Step<D> next, long nanos) {
    if (next instanceof Step.Done<D> done) {
      if (done.loaded() instanceof Loaded.Pixels<D> pixels) {
        if (ticket.ready(pixels, nanos, System.nanoTime())) {
          batcher.add(ticket.lane(), ticket);
        }
      } else {
        end(ticket, new Outcome.Settled<>(done.loaded().detail()));
      }
    } else if (next == null) {
      throw new IllegalStateException("a step answered no next step");
    } else if (ticket.pause(next, nanos)) {
      if (next instanceof Step.Fetch<D> fetch) {
        fetches.submit(ticket, fetch.host(), () -> fetch(ticket));
      } else if (next instanceof Step.Decode<D> decode) {
        batcher.expect(ticket.lane());
        decodes.submit(ticket, decode.peakBytes(), () -> decode(ticket));
      } else {
        timer.schedule(pauseNanos(ticket, (Step.Later<D>) next), () -> resume(ticket));
      }
    }
  }

  /** No longer than the job has left, so that an expired one does not keep its room. */
  private long pauseNanos(Ticket<?> ticket, Step.Later<?> later) {
    long leftMillis = Math.max(0, ticket.expiresAt() - clock.getAsLong());
    return leftMillis > later.after().toMillis()
        ? later.after().toNanos()
        : leftMillis * NANOS_PER_MILLI;
  }

  private <D> void resume(Ticket<D> ticket) {
    if (ticket.begin()) {
      guarded(ticket, () -> proceed(ticket, ((Step.Later<D>) ticket.step()).next(), 0));
    }
  }

  private <D> void fetch(Ticket<D> ticket) {
    Runnable slot = () -> fetches.giveSlotBack(ticket.lane());
    if (!ticket.begin(slot)) {
      slot.run();
      return;
    }
    guarded(
        ticket,
        () -> {
          Step.Fetch<D> fetch = (Step.Fetch<D>) ticket.step();
          Abort abort = new Abort(fetch.abort());
          ticket.interruptBy(() -> timer.schedule(0, abort::fire));
          Timer.Alarm alarm =
              timer.schedule(fetch.limit().toNanos(), () -> overdue(ticket.origin(), fetch, abort));
          run(
              ticket,
              fetch.run(),
              () -> {
                alarm.cancel();
                abort.end();
              });
        });
  }

  /** On the timer thread. */
  private void overdue(Origin origin, Step.Fetch<?> fetch, Abort abort) {
    abort.fire();
    timer.schedule(
        fetch.limit().toNanos(),
        () -> {
          if (!abort.ended()) {
            origin.enter();
            try {
              LOG.error(
                  "A fetch from {} goes on {} ms after it was aborted; its thread and its slot are"
                      + " lost until it ends",
                  fetch.host(),
                  fetch.limit().toMillis());
            } finally {
              Origin.leave();
            }
          }
        });
  }

  private <D> void decode(Ticket<D> ticket) {
    try {
      if (ticket.begin()) {
        Step.Decode<D> step = (Step.Decode<D>) ticket.step();
        guarded(ticket, () -> run(ticket, () -> withinHeap(ticket, step), () -> {}));
      }
    } finally {
      batcher.settle(ticket.lane());
    }
  }

  /**
   * The arrays of an image are by far the largest that this process allocates. Without room for
   * them the heap may yet be half empty: with G1 before JDK 22, native code that reads a Java array
   * (zlib, zstd, libjpeg) keeps the collector out, and the allocation fails after two tries
   * (JDK-8192647). Decoding leaves nothing behind, so it is tried again when others have ended.
   */
  private static <D> Step<D> withinHeap(Ticket<D> ticket, Step.Decode<D> step) {
    try {
      return step.run().get();
    } catch (OutOfMemoryError e) {
      int attempt = ticket.outOfMemory();
      String what =
          "The heap had no room to decode an image of "
              + step.peakBytes()
              + " bytes, attempt "
              + attempt
              + " of "
              + HEAP_ATTEMPTS;
      if (attempt == HEAP_ATTEMPTS) {
        throw new NoHeapException(what + "; raise -Xmx or lower batching.decode-memory", e);
      }
      LOG.warn("{}: {}", what, e.getMessage());
      return new Step.Later<>(HEAP_PAUSE.multipliedBy(1L << attempt), step);
    }
  }

  /** An image for which the heap has no room. */
  private static final class NoHeapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoHeapException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private <D> void run(Ticket<D> ticket, Supplier<Step<D>> step, Runnable afterwards) {
    long started = System.nanoTime();
    Step<D> next;
    try {
      next = step.get();
    } finally {
      afterwards.run();
    }
    long nanos = System.nanoTime() - started;
    listener.stepRan(nanos);
    proceed(ticket, next, nanos);
  }

  /** Drops what waits. */
  @Override
  public void close() {
    closed = true;
    fetches.close();
    decodes.close();
  }
}
