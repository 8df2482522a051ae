package io.clipure.stream.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Collects items into batches: a batch closes when {@code maxBatch} items wait, when the oldest has
 * waited {@code maxDelay}, or when nobody else is on the way, whichever is first. The last rule
 * spares a lone image the delay, and a commit that drains the pipeline too. Consumers pull, so
 * items gather while all devices are busy.
 *
 * <p><b>Threading</b>: {@link #add} from any thread, never blocking; {@link #take} from any number
 * of device threads. It is unbounded: the in-flight budget bounds what can be added.
 */
final class MicroBatcher<T> {
  private record Waiting<T>(T item, long since) {}

  private final int maxBatch;
  private final long maxDelayNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Waiting<T>> queue = new ArrayDeque<>();
  private int onTheWay;
  private boolean closed;

  MicroBatcher(int maxBatch, Duration maxDelay) {
    this.maxBatch = maxBatch;
    this.maxDelayNanos = maxDelay.toNanos();
  }

  /** Says that an item may come; {@link #settle} must follow, whether it came or not. */
  void expect() {
    lock.lock();
    try {
      onTheWay++;
    } finally {
      lock.unlock();
    }
  }

  /** Says that an expected item has come, or never will. */
  void settle() {
    lock.lock();
    try {
      onTheWay--;
      if (onTheWay == 0) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds an item; false once closed. */
  boolean add(T item) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      queue.addLast(new Waiting<>(item, System.nanoTime()));
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next batch, 1 to {@code maxBatch} items in order of arrival; empty: closed. */
  List<T> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        if (queue.isEmpty()) {
          changed.await();
        } else {
          long left = queue.peekFirst().since() + maxDelayNanos - System.nanoTime();
          if (queue.size() >= maxBatch || onTheWay == 0 || left <= 0) {
            return poll();
          }
          changed.awaitNanos(left);
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private List<T> poll() {
    List<T> batch = new ArrayList<>(Math.min(maxBatch, queue.size()));
    while (batch.size() < maxBatch && !queue.isEmpty()) {
      batch.add(queue.pollFirst().item());
    }
    if (!queue.isEmpty()) {
      changed.signal(); // another device may take what is left
    }
    return batch;
  }

  /** Wakes all consumers; what still waits is returned and never batched. */
  List<T> close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      List<T> rest = new ArrayList<>();
      queue.forEach(waiting -> rest.add(waiting.item()));
      queue.clear();
      return rest;
    } finally {
      lock.unlock();
    }
  }
}
