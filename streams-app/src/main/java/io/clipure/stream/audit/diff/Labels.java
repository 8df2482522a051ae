package io.clipure.stream.audit.diff;

import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tallies of all labels, and which score belongs to which. Not thread-safe. */
final class Labels {
  /**
   * The scores of one layout beside those of another.
   *
   * @param same whether both hold the same labels
   * @param before indices into the scores before of labels that both hold
   * @param after the same labels' indices after
   * @param tallies the same labels' tallies
   */
  private record Alignment(boolean same, int[] before, int[] after, LabelTally[] tallies) {}

  private final Map<String, LabelTally> tallies = new TreeMap<>();
  private final Map<Layout, Map<Layout, Alignment>> alignments = new IdentityHashMap<>();

  /** Counts one event; answers the total variation of its scores, NaN if the labels differ. */
  double compare(Result.Labelled before, Result.Labelled after) {
    Alignment alignment =
        alignments
            .computeIfAbsent(before.layout(), layout -> new IdentityHashMap<>())
            .computeIfAbsent(after.layout(), layout -> align(before.layout(), layout));
    double distance = 0;
    for (int i = 0; i < alignment.tallies().length; i++) {
      int b = alignment.before()[i];
      int a = alignment.after()[i];
      double scoreBefore = before.scores()[b];
      double scoreAfter = after.scores()[a];
      alignment.tallies()[i].scored(
          scoreBefore,
          before.layout().labels().get(b).threshold(),
          scoreAfter,
          after.layout().labels().get(a).threshold());
      distance += Math.abs(scoreAfter - scoreBefore);
    }
    if (before.topLabel().equals(after.topLabel())) {
      tally(before.topLabel()).top(true, true);
    } else {
      tally(before.topLabel()).top(true, false);
      tally(after.topLabel()).top(false, true);
    }
    return alignment.same() ? distance / 2 : Double.NaN;
  }

  private LabelTally tally(String label) {
    return tallies.computeIfAbsent(label, LabelTally::new);
  }

  private Alignment align(Layout before, Layout after) {
    Map<String, Integer> places = new HashMap<>();
    List<Layout.Label> old = before.labels();
    for (int b = 0; b < old.size(); b++) {
      places.put(old.get(b).id(), b);
      tally(old.get(b).id()).seen(Side.BEFORE, old.get(b));
    }
    List<Layout.Label> now = after.labels();
    int[] pairs =
        java.util.stream.IntStream.range(0, now.size())
            .filter(a -> places.containsKey(now.get(a).id()))
            .toArray();
    for (Layout.Label label : now) {
      tally(label.id()).seen(Side.AFTER, label);
    }
    return new Alignment(
        pairs.length == now.size() && old.size() == now.size(),
        java.util.Arrays.stream(pairs).map(a -> places.get(now.get(a).id())).toArray(),
        pairs,
        java.util.Arrays.stream(pairs)
            .mapToObj(a -> tally(now.get(a).id()))
            .toArray(LabelTally[]::new));
  }

  /** All labels, the most moved first. */
  List<LabelShift> figures() {
    return tallies.values().stream()
        .map(LabelTally::figures)
        .sorted(
            Comparator.comparingLong((LabelShift one) -> -(one.topGained() + one.topLost()))
                .thenComparingDouble(one -> -one.meanDistance())
                .thenComparing(LabelShift::label))
        .toList();
  }
}
