package io.clipure.stream.batching;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The process-wide bound on images in flight, by count and bytes. In each lane, whoever is refused
 * first is served first, so that a large image is not starved by small ones.
 *
 * <p>Live images may take all of it. Back-fill images together hold at most their share, and none
 * is admitted while a live one waits; an image larger than that share is admitted when it is the
 * only back-fill image, one larger than everything when it is the only image.
 *
 * <p><b>Threading</b>: all methods may be called from any thread; none blocks.
 */
final class InFlightBudget {
  private final int maxCount;
  private final long maxBytes;
  private final int maxBackfillCount;
  private final long maxBackfillBytes;
  private final Deque<Object> liveLine = new ArrayDeque<>();
  private final Deque<Object> backfillLine = new ArrayDeque<>();
  private final Gauge all = new Gauge();
  private final Gauge live = new Gauge();
  private final Gauge backfill = new Gauge();

  InFlightBudget(int maxCount, long maxBytes, Share backfillShare) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    this.maxBackfillCount = backfillShare.of(maxCount);
    this.maxBackfillBytes = backfillShare.of(maxBytes);
  }

  /** Takes room for one image, or notes the caller as waiting; it must come back or withdraw. */
  synchronized boolean tryAcquire(Object caller, Lane lane, long size) {
    Deque<Object> line = lane == Lane.LIVE ? liveLine : backfillLine;
    boolean turn = line.isEmpty() || line.peekFirst() == caller;
    boolean room = all.fits(size, maxCount, maxBytes);
    if (lane == Lane.BACKFILL) {
      turn &= liveLine.isEmpty();
      room &= backfill.fits(size, maxBackfillCount, maxBackfillBytes);
    }
    if (!turn || !room) {
      if (!line.contains(caller)) {
        line.addLast(caller);
      }
      return false;
    }
    line.pollFirst();
    all.add(size);
    of(lane).add(size);
    return true;
  }

  synchronized void release(Lane lane, long size) {
    all.remove(size);
    of(lane).remove(size);
  }

  /** Gives up a place in the waiting line. */
  synchronized void withdraw(Object caller) {
    liveLine.remove(caller);
    backfillLine.remove(caller);
  }

  synchronized BatchingStats.InFlight inFlight() {
    return all.snapshot();
  }

  synchronized BatchingStats.InFlight inFlight(Lane lane) {
    return of(lane).snapshot();
  }

  private Gauge of(Lane lane) {
    return lane == Lane.LIVE ? live : backfill;
  }

  private static final class Gauge {
    private int count;
    private long bytes;
    private int peakCount;
    private long peakBytes;

    boolean fits(long size, int countLimit, long bytesLimit) {
      return count == 0 || (count < countLimit && bytes + size <= bytesLimit);
    }

    void add(long size) {
      count++;
      bytes += size;
      peakCount = Math.max(peakCount, count);
      peakBytes = Math.max(peakBytes, bytes);
    }

    void remove(long size) {
      count--;
      bytes -= size;
      if (count < 0 || bytes < 0) {
        throw new IllegalStateException("in-flight budget released twice");
      }
    }

    BatchingStats.InFlight snapshot() {
      return new BatchingStats.InFlight(count, bytes, peakCount, peakBytes);
    }
  }
}
