package io.clipure.stream.app;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets so many records a second pass, evenly; what was not used is not saved up beyond a second.
 *
 * <p><b>Threading</b>: thread-safe; holds up the calling stream thread.
 */
final class Pace implements Runnable {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private final LongSupplier clock;
  private final LongConsumer wait;
  private long next;

  /** A pace of {@code perSecond} records, at least 1. */
  Pace(int perSecond) {
    this(perSecond, System::nanoTime, LockSupport::parkNanos);
  }

  Pace(int perSecond, LongSupplier clock, LongConsumer wait) {
    this.interval = SECOND / perSecond;
    this.clock = clock;
    this.wait = wait;
    this.next = clock.getAsLong();
  }

  /** None where none is asked for. */
  static Runnable of(Integer perSecond) {
    return perSecond == null ? () -> {} : new Pace(perSecond);
  }

  @Override
  public void run() {
    long mine = reserve();
    for (long left = mine - clock.getAsLong(); left > 0; left = mine - clock.getAsLong()) {
      if (Thread.currentThread().isInterrupted()) {
        return; // parking would return at once
      }
      wait.accept(left);
    }
  }

  private synchronized long reserve() {
    next = Math.max(next, clock.getAsLong() - SECOND) + interval;
    return next;
  }
}
