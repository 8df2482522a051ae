package io.clipure.stream.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Collects items into batches: a batch closes when it is full, when its oldest item has waited
 * {@code maxDelay}, or when nobody else of its lane is on the way, whichever is first. The last
 * rule spares a lone image the delay, and a commit that drains the pipeline too. Consumers pull, so
 * items gather while all devices are busy.
 *
 * <p>While a live item waits, only live items are taken. A batch never holds both lanes: on a
 * processor each further image costs as much time as the first, and on a GPU a padded batch costs
 * memory; back-fill riding along would make live images wait for it, and there is always a next
 * batch for it to be in.
 *
 * <p>What failed together comes back as groups that are taken as they are, before anything else of
 * their lane.
 *
 * <p><b>Threading</b>: everything but {@link #take} from any thread, never blocking; {@link #take}
 * from any number of device threads. It is unbounded: the in-flight budget bounds what can be
 * added.
 */
final class MicroBatcher<T> {
  private record Waiting<T>(T item, long since) {}

  private static final class Queue<T> {
    final ArrayDeque<List<T>> again = new ArrayDeque<>();
    final ArrayDeque<Waiting<T>> waiting = new ArrayDeque<>();
    int onTheWay;

    int size() {
      return waiting.size() + again.stream().mapToInt(List::size).sum();
    }
  }

  /**
   * What a device is to encode.
   *
   * @param items 1 or more in order of arrival; none: the batcher is closed
   * @param lane whose they are
   * @param again whether they failed before
   */
  record Batch<T>(List<T> items, Lane lane, boolean again) {}

  private final long maxDelayNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<T> live = new Queue<>();
  private final Queue<T> backfill = new Queue<>();
  private boolean closed;

  MicroBatcher(Duration maxDelay) {
    this.maxDelayNanos = maxDelay.toNanos();
  }

  private Queue<T> of(Lane lane) {
    return lane == Lane.LIVE ? live : backfill;
  }

  /** Says that an item may come soon; {@link #settle} must follow, whether it came or not. */
  void expect(Lane lane) {
    lock.lock();
    try {
      of(lane).onTheWay++;
    } finally {
      lock.unlock();
    }
  }

  /** Says that an expected item has come, or will not come soon. */
  void settle(Lane lane) {
    lock.lock();
    try {
      if (--of(lane).onTheWay == 0) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether a live item waits, or may come soon. */
  boolean liveComes() {
    lock.lock();
    try {
      return live.onTheWay > 0 || !live.waiting.isEmpty() || !live.again.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Items that wait. */
  BatchingStats.Queued queued() {
    lock.lock();
    try {
      return new BatchingStats.Queued(live.size(), backfill.size());
    } finally {
      lock.unlock();
    }
  }

  /** Adds an item; false once closed. */
  boolean add(Lane lane, T item) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      of(lane).waiting.addLast(new Waiting<>(item, System.nanoTime()));
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a batch to be taken as it is, after groups added before; false once closed. */
  boolean addAgain(Lane lane, List<T> group) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      of(lane).again.addLast(group);
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next batch.
   *
   * @param mostLive largest batch of live items, at least 1
   * @param mostBackfill the same of back-fill items
   */
  Batch<T> take(int mostLive, int mostBackfill) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Lane lane = live.again.isEmpty() && live.waiting.isEmpty() ? Lane.BACKFILL : Lane.LIVE;
        Queue<T> queue = of(lane);
        if (!queue.again.isEmpty()) {
          return new Batch<>(queue.again.pollFirst(), lane, true);
        }
        if (queue.waiting.isEmpty()) {
          changed.await();
          continue;
        }
        int most = lane == Lane.LIVE ? mostLive : mostBackfill;
        long left = queue.waiting.peekFirst().since() + maxDelayNanos - System.nanoTime();
        if (queue.waiting.size() >= most || queue.onTheWay == 0 || left <= 0) {
          return poll(queue, lane, most);
        }
        changed.awaitNanos(left);
      }
      return new Batch<>(List.of(), Lane.LIVE, false);
    } finally {
      lock.unlock();
    }
  }

  private static <T> Batch<T> poll(Queue<T> queue, Lane lane, int most) {
    List<T> items = new ArrayList<>(Math.min(most, queue.waiting.size()));
    while (items.size() < most && !queue.waiting.isEmpty()) {
      items.add(queue.waiting.pollFirst().item());
    }
    return new Batch<>(items, lane, false);
  }

  /** Wakes all consumers; what still waits is returned and never batched. */
  List<T> close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      List<T> rest = new ArrayList<>();
      for (Queue<T> queue : List.of(live, backfill)) {
        queue.again.forEach(rest::addAll);
        queue.waiting.forEach(waiting -> rest.add(waiting.item()));
        queue.again.clear();
        queue.waiting.clear();
      }
      return rest;
    } finally {
      lock.unlock();
    }
  }
}
