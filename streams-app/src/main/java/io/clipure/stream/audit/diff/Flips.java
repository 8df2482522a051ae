package io.clipure.stream.audit.diff;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts top labels that changed, pair by pair. Not thread-safe. */
final class Flips {
  /** Pairs counted by name; a run that has more is not read pair by pair. */
  private static final int MOST = 100_000;

  private final Map<String, Map<String, Long>> counts = new TreeMap<>();
  private int pairs;
  private long others;
  private long all;

  void count(String before, String after) {
    all++;
    Map<String, Long> from = counts.computeIfAbsent(before, label -> new TreeMap<>());
    if (!from.containsKey(after)) {
      if (pairs == MOST) {
        others++;
        return;
      }
      pairs++;
    }
    from.merge(after, 1L, Long::sum);
  }

  /** Events whose top label changed. */
  long all() {
    return all;
  }

  /** Different pairs. */
  int pairs() {
    return pairs;
  }

  /** Events of pairs that were too many to be counted by name. */
  long others() {
    return others;
  }

  /** The most frequent pairs first. */
  List<Flip> most(int most) {
    return counts.entrySet().stream()
        .flatMap(
            from ->
                from.getValue().entrySet().stream()
                    .map(to -> new Flip(from.getKey(), to.getKey(), to.getValue())))
        .sorted(
            Comparator.comparingLong((Flip flip) -> -flip.images())
                .thenComparing(Flip::before)
                .thenComparing(Flip::after))
        .limit(most)
        .toList();
  }
}
