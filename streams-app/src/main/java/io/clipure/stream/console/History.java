package io.clipure.stream.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongFunction;

/**
 * The newest entries: so many of each kind, so that a flood of ordinary verdicts does not push out
 * those worth a look, and so many bytes of all kinds together.
 *
 * <p><b>Threading</b>: one thread adds, any may read.
 */
final class History {
  private final int most;
  private final long mostBytes;
  private final ConcurrentSkipListMap<Long, Entry> entries = new ConcurrentSkipListMap<>();
  private final Deque<Entry> ordinary = new ArrayDeque<>();
  private final Deque<Entry> notable = new ArrayDeque<>();
  private final Deque<Entry> deadLetters = new ArrayDeque<>();
  private volatile long newest;
  private long bytes;

  /**
   * An empty history.
   *
   * @param most entries of each kind
   * @param mostBytes of all
   */
  History(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Adds the entry that is made for the next sequence number. */
  void add(LongFunction<Entry> make) {
    Entry entry = make.apply(newest + 1);
    Deque<Entry> kind = kind(entry);
    kind.addLast(entry);
    bytes += entry.bytes();
    entries.put(entry.sequence(), entry);
    newest = entry.sequence();
    if (kind.size() > most) {
      forget(kind.removeFirst());
    }
    while (bytes > mostBytes && entries.size() > 1) {
      Entry oldest = entries.firstEntry().getValue();
      kind(oldest).remove(oldest);
      forget(oldest);
    }
  }

  private void forget(Entry entry) {
    entries.remove(entry.sequence());
    bytes -= entry.bytes();
  }

  private Deque<Entry> kind(Entry entry) {
    if (entry.note() instanceof DeadLetterNote) {
      return deadLetters;
    }
    return entry.note().notable() ? notable : ordinary;
  }

  /** Sequence number of the newest entry ever added; 0: none was. */
  long newest() {
    return newest;
  }

  /** Bytes held, about. Only for the thread that adds. */
  long bytes() {
    return bytes;
  }

  Optional<Entry> find(long sequence) {
    return Optional.ofNullable(entries.get(sequence));
  }

  /** Those added after a sequence number and still here, oldest first, no more than so many. */
  List<Entry> after(long sequence, int limit) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries.tailMap(sequence, false).values()) {
      if (found.size() == limit) {
        break;
      }
      found.add(entry);
    }
    return found;
  }
}
