package io.clipure.stream.audit.sampling;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A sample of exactly {@code size} items of a stream of unknown length: those whose ids have the
 * smallest {@link KeyedHash}, which is a simple random sample without replacement. Keeps that many
 * items and no more.
 *
 * <p><b>Threading</b>: not thread-safe.
 *
 * @param <T> what is kept of an item; equal hashes are told apart by its order
 */
public final class SmallestHashes<T extends Comparable<T>> {
  private record Entry<T>(long hash, T item) {}

  private final Comparator<Entry<T>> order =
      Comparator.<Entry<T>>comparingLong(entry -> entry.hash() ^ Long.MIN_VALUE)
          .thenComparing(Entry::item);
  private final PriorityQueue<Entry<T>> largestFirst = new PriorityQueue<>(order.reversed());
  private final KeyedHash hash;
  private final int size;
  private long seen;

  /**
   * An empty sample.
   *
   * @param size items to keep, at least 1
   */
  public SmallestHashes(KeyedHash hash, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a sample of " + size + ", expected at least 1");
    }
    this.hash = hash;
    this.size = size;
  }

  /** Offers an item under its id. */
  public void offer(String id, T item) {
    seen++;
    Entry<T> entry = new Entry<>(hash.of(id), item);
    if (largestFirst.size() < size) {
      largestFirst.add(entry);
    } else if (order.compare(entry, largestFirst.peek()) < 0) {
      largestFirst.poll();
      largestFirst.add(entry);
    }
  }

  /** Items offered so far. */
  public long seen() {
    return seen;
  }

  /** The items kept, in their own order. */
  public List<T> items() {
    return largestFirst.stream().map(Entry::item).sorted().toList();
  }
}
