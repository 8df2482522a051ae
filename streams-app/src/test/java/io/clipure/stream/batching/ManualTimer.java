package io.clipure.stream.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time passes when the test says so; actions run on the test's thread. */
final class ManualTimer implements Timer {
  private record Entry(long due, Runnable action) {}

  private final List<Entry> entries = new ArrayList<>();
  private long now;

  @Override
  public synchronized Alarm schedule(long nanos, Runnable action) {
    Entry entry = new Entry(now + nanos, action);
    entries.add(entry);
    return () -> cancel(entry);
  }

  private synchronized void cancel(Entry entry) {
    entries.removeIf(other -> other == entry);
  }

  /** Runs what falls due, in order, including what that schedules. */
  void advance(Duration time) {
    long end;
    synchronized (this) {
      end = now + time.toNanos();
    }
    for (Entry entry = next(end); entry != null; entry = next(end)) {
      entry.action().run();
    }
  }

  private synchronized Entry next(long end) {
    Entry first =
        entries.stream()
            .filter(entry -> entry.due() <= end)
            .min(Comparator.comparingLong(Entry::due))
            .orElse(null);
    now = first == null ? end : Math.max(now, first.due());
    entries.remove(first);
    return first;
  }

  synchronized int scheduled() {
    return entries.size();
  }

  @Override
  public synchronized void close() {
    entries.clear();
  }
}
