package io.clipure.stream.batching;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;

/**
 * The load threads and the memory they may decode in. In each lane, jobs run in order of arrival: a
 * large image that has to wait for memory is not overtaken, so it is not starved either. Live jobs
 * go first. Back-fill starts only if one thread more than it takes is free, so that a live image
 * never waits for the end of a large old one, and takes at most its share of the memory.
 *
 * <p>An image larger than the whole memory runs alone. A back-fill image of that size so waits for
 * a moment in which no live image is being decoded.
 *
 * <p><b>Threading</b>: thread-safe; nothing blocks.
 */
final class DecodePool implements AutoCloseable {
  private record Entry(Ticket<?> ticket, long bytes, Runnable work) {
    /** An abandoned job only clears up after itself. */
    long need() {
      return ticket.abandoned() ? 0 : bytes;
    }
  }

  private final ExecutorService threads;
  private final int maxRunning;
  private final int mostForBackfill;
  private final long maxBytes;
  private final long maxBackfillBytes;
  private final Deque<Entry> live = new ArrayDeque<>();
  private final Deque<Entry> backfill = new ArrayDeque<>();
  private int running;
  private long bytes;
  private long backfillBytes;
  private long peakBytes;
  private boolean closed;

  DecodePool(int loadThreads, long decodeBytes, Share backfillShare) {
    this.threads = Threads.pool(loadThreads, "clipure-load-");
    this.maxRunning = loadThreads;
    this.mostForBackfill = Share.ofLoadThreads(loadThreads);
    this.maxBytes = decodeBytes;
    this.maxBackfillBytes = backfillShare.of(decodeBytes);
  }

  /**
   * Queues work.
   *
   * @param ticket whose it is
   * @param peakBytes what it needs
   * @param work runs on a load thread, also for an abandoned ticket; dropped by {@link #close}
   */
  synchronized void submit(Ticket<?> ticket, long peakBytes, Runnable work) {
    (ticket.lane() == Lane.LIVE ? live : backfill).addLast(new Entry(ticket, peakBytes, work));
    pump();
  }

  private void pump() {
    while (!closed && running < maxRunning && (startLive() || startBackfill())) {
      // Each round started one.
    }
  }

  private boolean startLive() {
    Entry head = live.peekFirst();
    if (head == null || !fits(head.need(), bytes, maxBytes)) {
      return false;
    }
    live.pollFirst();
    start(head, head.need());
    return true;
  }

  private boolean startBackfill() {
    Entry head = backfill.peekFirst();
    if (head == null
        || !live.isEmpty()
        || running >= mostForBackfill
        || !fits(head.need(), bytes, maxBytes)
        || !fits(head.need(), backfillBytes, maxBackfillBytes)) {
      return false;
    }
    backfill.pollFirst();
    start(head, head.need());
    return true;
  }

  private static boolean fits(long need, long used, long limit) {
    return used == 0 || used + need <= limit;
  }

  private void start(Entry entry, long taken) {
    boolean isBackfill = entry.ticket().lane() == Lane.BACKFILL;
    running++;
    bytes += taken;
    peakBytes = Math.max(peakBytes, bytes);
    if (isBackfill) {
      backfillBytes += taken;
    }
    threads.execute(
        () -> {
          try {
            entry.work().run();
          } finally {
            ended(isBackfill, taken);
          }
        });
  }

  private synchronized void ended(boolean wasBackfill, long taken) {
    running--;
    bytes -= taken;
    if (wasBackfill) {
      backfillBytes -= taken;
    }
    pump();
  }

  /** Bytes taken. */
  synchronized BatchingStats.Use use() {
    return new BatchingStats.Use(bytes, peakBytes);
  }

  /** Drops what waits. */
  @Override
  public synchronized void close() {
    closed = true;
    live.clear();
    backfill.clear();
    threads.shutdownNow();
  }
}
