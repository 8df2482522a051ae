package io.clipure.stream.batching;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes stream threads when any job ended or room was given back. A caller notes {@link #count},
 * looks at what it waits for, then awaits a later count: no wake-up is missed. Thread-safe.
 */
final class Progress {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private volatile long count;

  long count() {
    return count;
  }

  void signal() {
    lock.lock();
    try {
      count = count + 1;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the count is no longer {@code seen}, at most {@code nanos}. */
  void await(long seen, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (count == seen && left > 0) {
        left = moved.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
