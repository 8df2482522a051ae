package io.clipure.stream.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/**
 * The fetch threads. Each host has a queue a lane; a host with all its places taken is passed over,
 * so that a slow one holds up nobody else's images. Among hosts with a place left, live before
 * back-fill, then whoever was served longest ago.
 *
 * <p>A fetch takes a slot, which its job keeps until the image is decoded: slots bound the fetched
 * images in memory. A place at the host is free again as soon as the fetch has run. Back-fill holds
 * at most its share of the slots and of each host's places.
 *
 * <p><b>Threading</b>: thread-safe; nothing blocks.
 */
final class FetchPool implements AutoCloseable {
  private record Entry(Ticket<?> ticket, Runnable work) {}

  private static final class Host {
    final Deque<Entry> live = new ArrayDeque<>();
    final Deque<Entry> backfill = new ArrayDeque<>();
    int running;
    int backfillRunning;

    Deque<Entry> of(Lane lane) {
      return lane == Lane.LIVE ? live : backfill;
    }

    boolean idle() {
      return running == 0 && live.isEmpty() && backfill.isEmpty();
    }
  }

  private final ExecutorService threads;
  private final int maxSlots;
  private final int maxBackfillSlots;
  private final int perHost;
  private final int backfillPerHost;

  /** In the order of being served: who was served last is last. */
  private final Map<String, Host> hosts = new LinkedHashMap<>();

  private int slots;
  private int backfillSlots;
  private int peakSlots;
  private boolean closed;

  FetchPool(int fetchThreads, int perHost, Share backfillShare) {
    this.threads = Threads.pool(fetchThreads, "clipure-fetch-");
    this.maxSlots = fetchThreads;
    this.maxBackfillSlots = backfillShare.of(fetchThreads);
    this.perHost = perHost;
    this.backfillPerHost = backfillShare.of(perHost);
  }

  /**
   * Queues a fetch.
   *
   * @param ticket whose it is; if abandoned before its turn, the work is dropped
   * @param host where from
   * @param work runs on a fetch thread with a slot taken; it sees to it that {@link #giveSlotBack}
   *     follows
   */
  synchronized void submit(Ticket<?> ticket, String host, Runnable work) {
    if (!closed) {
      hosts
          .computeIfAbsent(host, name -> new Host())
          .of(ticket.lane())
          .addLast(new Entry(ticket, work));
      pump();
    }
  }

  /** The image of a fetch is decoded, or there is none. */
  synchronized void giveSlotBack(Lane lane) {
    slots--;
    if (lane == Lane.BACKFILL) {
      backfillSlots--;
    }
    if (slots < 0 || backfillSlots < 0) {
      throw new IllegalStateException("fetch slot given back twice");
    }
    pump();
  }

  private void pump() {
    while (!closed && (startOne(Lane.LIVE) || startOne(Lane.BACKFILL))) {
      // Each round started one.
    }
  }

  private boolean startOne(Lane lane) {
    boolean isBackfill = lane == Lane.BACKFILL;
    if (slots == maxSlots || (isBackfill && backfillSlots == maxBackfillSlots)) {
      return false;
    }
    for (Map.Entry<String, Host> named : new ArrayList<>(hosts.entrySet())) {
      Host host = named.getValue();
      Deque<Entry> queue = host.of(lane);
      while (!queue.isEmpty() && queue.peekFirst().ticket().abandoned()) {
        queue.pollFirst();
      }
      if (host.idle()) {
        hosts.remove(named.getKey());
      } else if (!queue.isEmpty()
          && host.running < perHost
          && (!isBackfill || host.backfillRunning < backfillPerHost)) {
        hosts.remove(named.getKey());
        hosts.put(named.getKey(), host);
        start(named.getKey(), host, queue.pollFirst(), isBackfill);
        return true;
      }
    }
    return false;
  }

  private void start(String name, Host host, Entry entry, boolean isBackfill) {
    host.running++;
    slots++;
    peakSlots = Math.max(peakSlots, slots);
    if (isBackfill) {
      host.backfillRunning++;
      backfillSlots++;
    }
    threads.execute(
        () -> {
          try {
            entry.work().run();
          } finally {
            ended(name, host, isBackfill);
          }
        });
  }

  private synchronized void ended(String name, Host host, boolean wasBackfill) {
    host.running--;
    if (wasBackfill) {
      host.backfillRunning--;
    }
    if (host.idle()) {
      hosts.remove(name, host);
    }
    pump();
  }

  /** Slots taken. */
  synchronized BatchingStats.Use use() {
    return new BatchingStats.Use(slots, peakSlots);
  }

  /** Drops what waits and interrupts what runs. */
  @Override
  public synchronized void close() {
    closed = true;
    hosts.clear();
    threads.shutdownNow();
  }
}
