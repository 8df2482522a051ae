package io.clipure.stream.batching;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The process-wide bound on images in flight, by count and bytes. Whoever is refused first is
 * served first, so that a large image is not starved by small ones.
 *
 * <p><b>Threading</b>: all methods may be called from any thread; none blocks.
 */
final class InFlightBudget {
  private final int maxCount;
  private final long maxBytes;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private int count;
  private long bytes;
  private int peakCount;
  private long peakBytes;

  InFlightBudget(int maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /** Takes room for one image, or notes the caller as waiting; it must come back or withdraw. */
  synchronized boolean tryAcquire(Object caller, long size) {
    boolean turn = waiting.isEmpty() || waiting.peekFirst() == caller;
    boolean room = count == 0 || (count < maxCount && bytes + size <= maxBytes);
    if (!turn || !room) {
      if (!waiting.contains(caller)) {
        waiting.addLast(caller);
      }
      return false;
    }
    waiting.pollFirst();
    count++;
    bytes += size;
    peakCount = Math.max(peakCount, count);
    peakBytes = Math.max(peakBytes, bytes);
    return true;
  }

  synchronized void release(long size) {
    count--;
    bytes -= size;
    if (count < 0 || bytes < 0) {
      throw new IllegalStateException("in-flight budget released twice");
    }
  }

  /** Gives up a place in the waiting line. */
  synchronized void withdraw(Object caller) {
    waiting.remove(caller);
  }

  synchronized int count() {
    return count;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized int peakCount() {
    return peakCount;
  }

  synchronized long peakBytes() {
    return peakBytes;
  }
}
