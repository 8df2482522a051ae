package io.clipure.stream.audit.diff;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Puts more entries in order than memory holds: sorted runs on disk, then a merge of them (Knuth,
 * The Art of Computer Programming 3, 5.4). Chosen over RocksDB and over a join by hash partitions
 * because its order makes every report deterministic, duplicates lie side by side, no skew of keys
 * can outgrow the memory, and the disk is only ever read and written front to back.
 *
 * <p>Memory: {@code memory} bytes of entries while adding, a buffer for each of {@code fanIn} runs
 * while merging. Not thread-safe. Closing it deletes its files.
 */
final class SortedSpill implements AutoCloseable {
  /** Objects and headers around the two arrays of an entry. */
  private static final int ENTRY_OVERHEAD = 72;

  private static final int BUFFER = 1 << 16;

  /** By key, then by value, both as unsigned bytes. */
  record Entry(byte[] key, byte[] value) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byKey = Arrays.compareUnsigned(key, other.key);
      return byKey != 0 ? byKey : Arrays.compareUnsigned(value, other.value);
    }
  }

  private final Path folder;
  private final long memory;
  private final int fanIn;
  private final Deque<Path> runs = new ArrayDeque<>();
  private final List<Path> files = new ArrayList<>();
  private List<Entry> held = new ArrayList<>();
  private long heldBytes;
  private long spilledBytes;
  private Merge merge;

  /**
   * Begins with nothing.
   *
   * @param folder of the runs; exists
   * @param memory bytes of entries to hold before a run is written
   * @param fanIn runs merged at once, at least 2
   */
  SortedSpill(Path folder, long memory, int fanIn) {
    if (memory < 1 || fanIn < 2) {
      throw new IllegalArgumentException(
          "memory %d and fan-in %d, expected at least 1 and 2".formatted(memory, fanIn));
    }
    this.folder = folder;
    this.memory = memory;
    this.fanIn = fanIn;
  }

  /** Adds an entry; the arrays are kept. */
  void add(byte[] key, byte[] value) throws IOException {
    held.add(new Entry(key, value));
    heldBytes += key.length + value.length + ENTRY_OVERHEAD;
    if (heldBytes >= memory) {
      held.sort(null);
      runs.add(write(new Held(held)));
      held = new ArrayList<>();
      heldBytes = 0;
    }
  }

  /** Bytes written to disk so far. */
  long spilledBytes() {
    return spilledBytes;
  }

  /** Runs on disk now. */
  int runs() {
    return runs.size();
  }

  /** Everything in order; nothing may be added after, and this is to be called once. */
  Merge sorted() throws IOException {
    held.sort(null);
    while (runs.size() >= fanIn) {
      List<Path> some = new ArrayList<>();
      for (int i = 0; i < fanIn; i++) {
        some.add(runs.remove());
      }
      try (Merge merged = open(some)) {
        runs.add(write(merged));
      }
      for (Path done : some) {
        Files.delete(done);
        files.remove(done);
      }
    }
    merge = open(runs);
    merge.enter(new Held(held));
    held = new ArrayList<>();
    return merge;
  }

  private Path write(Cursor entries) throws IOException {
    Path file = Files.createTempFile(folder, "run", ".sorted");
    files.add(file);
    // For a process that is told to stop in between.
    file.toFile().deleteOnExit();
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER))) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        out.writeInt(entry.key().length);
        out.writeInt(entry.value().length);
        out.write(entry.key());
        out.write(entry.value());
        spilledBytes += 8L + entry.key().length + entry.value().length;
      }
      out.writeInt(-1);
    }
    return file;
  }

  private static Merge open(Iterable<Path> files) throws IOException {
    Merge merge = new Merge();
    try {
      for (Path file : files) {
        merge.enter(new Run(file));
      }
      return merge;
    } catch (IOException e) {
      merge.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (merge != null) {
      merge.close();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  /** Entries in order. */
  private interface Cursor extends AutoCloseable {
    /** The next entry; null after the last. */
    Entry next() throws IOException;

    @Override
    void close() throws IOException;
  }

  private static final class Held implements Cursor {
    private final List<Entry> entries;
    private int at;

    Held(List<Entry> entries) {
      this.entries = entries;
    }

    @Override
    public Entry next() {
      return at == entries.size() ? null : entries.set(at++, null);
    }

    @Override
    public void close() {
      // Holds nothing open.
    }
  }

  private static final class Run implements Cursor {
    private final DataInputStream in;

    Run(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    @Override
    public Entry next() throws IOException {
      int key = in.readInt();
      if (key < 0) {
        return null;
      }
      int value = in.readInt();
      return new Entry(in.readNBytes(key), in.readNBytes(value));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Several orders made one. */
  static final class Merge implements Cursor {
    private record Head(Entry entry, Cursor rest) implements Comparable<Head> {
      @Override
      public int compareTo(Head other) {
        return entry.compareTo(other.entry);
      }
    }

    private final PriorityQueue<Head> heads = new PriorityQueue<>();
    private final List<Cursor> open = new ArrayList<>();

    private void enter(Cursor cursor) throws IOException {
      open.add(cursor);
      advance(cursor);
    }

    private void advance(Cursor cursor) throws IOException {
      Entry entry = cursor.next();
      if (entry != null) {
        heads.add(new Head(entry, cursor));
      }
    }

    @Override
    public Entry next() throws IOException {
      Head head = heads.poll();
      if (head == null) {
        return null;
      }
      advance(head.rest());
      return head.entry();
    }

    @Override
    public void close() throws IOException {
      for (Cursor cursor : open) {
        cursor.close();
      }
    }
  }
}
