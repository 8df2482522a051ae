package io.clipure.stream.audit.diff;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The most changed of many events, in bounded memory: by total variation where the label sets
 * match, those before the others; then by the change of the top score; then by id, so that the same
 * events give the same list. Not thread-safe.
 */
final class MostChanged {
  private static final Comparator<ImageChange> MOST_FIRST =
      Comparator.comparingDouble((ImageChange one) -> -orNone(one.totalVariation()))
          .thenComparingDouble(one -> -orNone(Math.abs(one.topScoreChange())))
          .thenComparing(ImageChange::id);

  private final int most;
  private final PriorityQueue<ImageChange> kept = new PriorityQueue<>(MOST_FIRST.reversed());
  private long seen;

  MostChanged(int most) {
    this.most = most;
  }

  void offer(ImageChange change) {
    seen++;
    kept.add(change);
    if (kept.size() > most) {
      kept.remove();
    }
  }

  /** How many were offered. */
  long seen() {
    return seen;
  }

  /** Most changed first. */
  List<ImageChange> list() {
    return kept.stream().sorted(MOST_FIRST).toList();
  }

  private static double orNone(double value) {
    return Double.isNaN(value) ? -1 : value;
  }
}
