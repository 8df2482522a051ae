package io.clipure.stream.audit.diff;

import io.clipure.schemas.FlagKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts joined events, one after the other, in bounded memory. Not thread-safe. */
final class Tally {
  /** Most frequent pairs of top labels that are named. */
  private static final int FLIPS = 100;

  /** Reasons counted by name: codes of ours, unless somebody else writes into the topic. */
  private static final int REASONS = 100;

  private static final int OUTCOMES = Outcome.values().length;

  /** Multiples of 2^-32, as in {@link LabelTally}. */
  private static final double UNIT = 0x1p-32;

  /** Events of one transition. */
  private record Cell(Outcome before, Outcome after) {}

  /** What lets more harm through comes first: by how much milder, then BLOCK before REVIEW. */
  private static final Comparator<Cell> WORST_FIRST =
      Comparator.comparing((Cell cell) -> !cell.before().isDecision() || !cell.after().isDecision())
          .thenComparing(cell -> cell.after().compareTo(cell.before()))
          .thenComparing(Cell::before, Comparator.reverseOrder())
          .thenComparing(Cell::after);

  private final int shown;
  private final Map<Cell, MostChanged> transitions = new TreeMap<>(WORST_FIRST);
  private final MostChanged moved;
  private final long[][] matrix = new long[OUTCOMES][OUTCOMES];
  private final Labels labels = new Labels();
  private final Flips flips = new Flips();
  private final Map<FlagKind, long[]> flags = new EnumMap<>(FlagKind.class);
  private final Map<String, Long> reasons = new TreeMap<>();
  private final IdList missing;
  private final IdList extra;
  private final IdList deadLettered;
  private final IdList recovered;
  private long duplicatesBefore;
  private long duplicatesAfter;
  private long sameTop;
  private long sameFlags;
  private long flagsGained;
  private long flagsLost;
  private long comparable;
  private long identical;
  private long variation;
  private long contentChanged;

  /**
   * Begins at nought.
   *
   * @param shown images kept for each transition
   * @param listed ids kept of each list
   */
  Tally(int shown, int listed) {
    this.shown = shown;
    this.moved = new MostChanged(shown);
    this.missing = new IdList(listed);
    this.extra = new IdList(listed);
    this.deadLettered = new IdList(listed);
    this.recovered = new IdList(listed);
    for (FlagKind kind : FlagKind.values()) {
      flags.put(kind, new long[4]);
    }
  }

  /** Counts one event and says what changed. */
  ImageChange count(Pair pair) {
    Outcome before = pair.outcomeBefore();
    Outcome after = pair.outcomeAfter();
    matrix[before.ordinal()][after.ordinal()]++;
    duplicatesBefore += pair.supersededBefore();
    duplicatesAfter += pair.supersededAfter();
    double totalVariation = Double.NaN;
    if (pair.before().orElse(null) instanceof Result.Labelled old
        && pair.after().orElse(null) instanceof Result.Labelled now) {
      totalVariation = labels.compare(old, now);
      both(old, now, totalVariation);
    }
    ImageChange change = ImageChange.of(pair, totalVariation);
    list(change, pair);
    keep(change, before, after);
    return change;
  }

  private void both(Result.Labelled before, Result.Labelled after, double totalVariation) {
    if (!Double.isNaN(totalVariation)) {
      comparable++;
      identical += totalVariation == 0 ? 1 : 0;
      variation += Math.round(totalVariation / UNIT);
    }
    if (before.topLabel().equals(after.topLabel())) {
      sameTop++;
    } else {
      flips.count(before.topLabel(), after.topLabel());
    }
    contentChanged += before.sha256().equals(after.sha256()) ? 0 : 1;
    boolean gained = false;
    boolean lost = false;
    for (FlagKind kind : FlagKind.values()) {
      boolean was = before.flags().contains(kind);
      boolean is = after.flags().contains(kind);
      long[] counts = flags.get(kind);
      counts[0] += was ? 1 : 0;
      counts[1] += is ? 1 : 0;
      counts[2] += is && !was ? 1 : 0;
      counts[3] += was && !is ? 1 : 0;
      gained |= is && !was;
      lost |= was && !is;
    }
    flagsGained += gained ? 1 : 0;
    flagsLost += lost ? 1 : 0;
    sameFlags += gained || lost ? 0 : 1;
  }

  private void list(ImageChange change, Pair pair) {
    for (ImageChange.What what : change.what()) {
      switch (what) {
        case MISSING -> missing.add(change.id());
        case EXTRA -> extra.add(change.id());
        case RECOVERED -> recovered.add(change.id());
        case DEAD_LETTERED -> {
          deadLettered.add(change.id());
          String reason = ((Result.DeadLettered) pair.after().orElseThrow()).reason();
          boolean named = reasons.containsKey(reason) || reasons.size() < REASONS;
          reasons.merge(named ? reason : "(others)", 1L, Long::sum);
        }
        default -> {
          // Counted, not listed.
        }
      }
    }
  }

  private void keep(ImageChange change, Outcome before, Outcome after) {
    if (before != after && before != Outcome.ABSENT && after != Outcome.ABSENT) {
      transitions
          .computeIfAbsent(new Cell(before, after), cell -> new MostChanged(shown))
          .offer(change);
    } else if (before.isDecision()
        && before == after
        && (change.totalVariation() > 0 || !change.what().isEmpty())) {
      moved.offer(change);
    }
  }

  DiffFigures figures() {
    long joined = 0;
    long same = 0;
    long labelledBefore = 0;
    long labelledAfter = 0;
    Map<Outcome, Map<Outcome, Long>> byName = new EnumMap<>(Outcome.class);
    for (Outcome before : Outcome.values()) {
      Map<Outcome, Long> row = new EnumMap<>(Outcome.class);
      for (Outcome after : Outcome.values()) {
        long images = matrix[before.ordinal()][after.ordinal()];
        row.put(after, images);
        joined += before.isDecision() && after.isDecision() ? images : 0;
        same += before.isDecision() && before == after ? images : 0;
        labelledBefore += before.isDecision() ? images : 0;
        labelledAfter += after.isDecision() ? images : 0;
      }
      byName.put(before, row);
    }
    return new DiffFigures(
        joined,
        labelledBefore,
        labelledAfter,
        duplicatesBefore,
        duplicatesAfter,
        byName,
        Rate.of(same, joined),
        Rate.of(sameTop, joined),
        Rate.of(sameFlags, joined),
        Rate.of(flagsGained, joined),
        Rate.of(flagsLost, joined),
        flagChanges(joined),
        comparable,
        identical,
        comparable == 0 ? 0 : variation * UNIT / comparable,
        flips.pairs(),
        flips.most(FLIPS),
        labels.figures(),
        contentChanged,
        missing.ids(),
        extra.ids(),
        deadLettered.ids(),
        recovered.ids(),
        reasons,
        shownTransitions(),
        moved.list());
  }

  private List<FlagChange> flagChanges(long joined) {
    List<FlagChange> changes = new ArrayList<>();
    flags.forEach(
        (kind, counts) -> {
          if (kind != FlagKind.UNKNOWN || counts[0] + counts[1] > 0) {
            changes.add(
                new FlagChange(
                    kind.name(),
                    counts[0],
                    counts[1],
                    Rate.of(counts[2], joined),
                    Rate.of(counts[3], joined)));
          }
        });
    return changes;
  }

  private List<DiffFigures.Transition> shownTransitions() {
    return transitions.entrySet().stream()
        .map(
            entry ->
                new DiffFigures.Transition(
                    entry.getKey().before(),
                    entry.getKey().after(),
                    entry.getValue().seen(),
                    entry.getValue().list()))
        .toList();
  }

  /** The first ids of many. */
  private static final class IdList {
    private final int most;
    private final List<String> first = new ArrayList<>();
    private long count;

    IdList(int most) {
      this.most = most;
    }

    void add(String id) {
      count++;
      if (first.size() < most) {
        first.add(id);
      }
    }

    DiffFigures.Ids ids() {
      return new DiffFigures.Ids(count, List.copyOf(first));
    }
  }
}
