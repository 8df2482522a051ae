package io.clipure.stream.app.chaos;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How far the service is, as the harness sees it. Thread-safe. */
final class Progress {
  private static final long STEP_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Set<String> settled = new HashSet<>();
  private final Set<String> written = new HashSet<>();
  private long allowed;
  private boolean complete;
  private long changedAt = System.nanoTime();

  /** An event has a result, maybe in a transaction that will be aborted. */
  void wrote(String id) {
    lock.lock();
    try {
      if (written.add(id)) {
        changed();
      }
    } finally {
      lock.unlock();
    }
  }

  /** An event has a committed result. */
  void settled(String id) {
    lock.lock();
    try {
      if (settled.add(id)) {
        changed();
      }
    } finally {
      lock.unlock();
    }
  }

  private void changed() {
    changedAt = System.nanoTime();
    moved.signalAll();
  }

  /** Lets the publisher go on to this number of events at least. */
  void allow(long events) {
    lock.lock();
    try {
      allowed = Math.max(allowed, events);
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * No event is published beyond those allowed by now.
   *
   * @return their number
   */
  long complete() {
    lock.lock();
    try {
      complete = true;
      moved.signalAll();
      return allowed;
    } finally {
      lock.unlock();
    }
  }

  /** Publisher: waits until the event of this number, from 0, may be sent; false: no more. */
  boolean mayPublish(long number) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (number >= allowed && !complete) {
        moved.await();
      }
      return number < allowed;
    } finally {
      lock.unlock();
    }
  }

  /** Events with a result, committed or not. */
  long written() {
    lock.lock();
    try {
      return written.size();
    } finally {
      lock.unlock();
    }
  }

  /** Events with a committed result. */
  int settled() {
    lock.lock();
    try {
      return settled.size();
    } finally {
      lock.unlock();
    }
  }

  /** Seconds since anything moved. */
  long quietSeconds() {
    lock.lock();
    try {
      return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - changedAt);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets how long it has been quiet: somebody waited on purpose. */
  void excuse() {
    lock.lock();
    try {
      changedAt = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for any movement, at most a tenth of a second. */
  void pause() {
    lock.lock();
    try {
      moved.await(STEP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the service", e);
    } finally {
      lock.unlock();
    }
  }
}
