package io.clipure.stream.audit.account;

import io.clipure.stream.audit.range.PartitionRange;
import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Which offsets of one partition came out, and how. Compressed: a run of offsets costs a few bytes,
 * whatever its length.
 *
 * <p><b>Threading</b>: one thread.
 */
final class Coverage {
  /** Additions after which runs are compressed. */
  private static final int COMPRESS_EVERY = 1 << 20;

  /** Missing offsets nearer than this are read in one go. */
  private static final long NEAR = 5_000;

  private final PartitionRange range;
  private final Roaring64Bitmap labelled = new Roaring64Bitmap();
  private final Roaring64Bitmap deadLettered = new Roaring64Bitmap();
  private long doubled;
  private int added;

  Coverage(PartitionRange range) {
    this.range = range;
  }

  /** Whether it was the first of this offset and kind. */
  boolean labelled(long offset) {
    return add(labelled, offset);
  }

  /** Whether it was the first of this offset and kind. */
  boolean deadLettered(long offset) {
    return add(deadLettered, offset);
  }

  private boolean add(Roaring64Bitmap offsets, long offset) {
    if (offsets.contains(offset)) {
      doubled++;
      return false;
    }
    offsets.addLong(offset);
    if (++added % COMPRESS_EVERY == 0) {
      offsets.runOptimize();
    }
    return true;
  }

  PartitionRange range() {
    return range;
  }

  /** Records that came out again. */
  long doubled() {
    return doubled;
  }

  long labelled() {
    return labelled.getLongCardinality();
  }

  long deadLettered() {
    return deadLettered.getLongCardinality();
  }

  /** Offsets that are both. */
  long both() {
    Roaring64Bitmap both = labelled.clone();
    both.and(deadLettered);
    return both.getLongCardinality();
  }

  boolean contains(long offset) {
    return labelled.contains(offset) || deadLettered.contains(offset);
  }

  /** Offsets that came out nowhere. */
  long missing() {
    return range.offsets() - labelled() - deadLettered() + both();
  }

  /** Those of them below {@code offset}. */
  long missingBefore(long offset) {
    long to = Math.max(range.start(), Math.min(offset, range.end()));
    Roaring64Bitmap seen = seen();
    return to - range.start() - (to == 0 ? 0 : seen.rankLong(to - 1));
  }

  /** Stretches that hold every missing offset, few enough to seek to each. */
  List<PartitionRange> stretches() {
    List<PartitionRange> stretches = new ArrayList<>();
    long from = -1;
    long to = -1;
    long next = range.start();
    LongIterator offsets = seen().getLongIterator();
    while (next < range.end()) {
      long seen = offsets.hasNext() ? offsets.next() : range.end();
      if (seen > next) {
        if (from >= 0 && next - to > NEAR) {
          stretches.add(stretch(from, to));
          from = -1;
        }
        from = from < 0 ? next : from;
        to = seen;
      }
      next = seen + 1;
    }
    if (from >= 0) {
      stretches.add(stretch(from, to));
    }
    return stretches;
  }

  private PartitionRange stretch(long from, long to) {
    return new PartitionRange(range.partition(), from, from, from, to);
  }

  private Roaring64Bitmap seen() {
    Roaring64Bitmap seen = labelled.clone();
    seen.or(deadLettered);
    return seen;
  }
}
