package io.clipure.stream.audit.diff;

import java.util.List;
import java.util.TreeSet;

/** Counts of one label over all events that both runs labelled. Not thread-safe. */
final class LabelTally {
  /** Ends of the bins of |shift|; the last bin has none. Those of falls mirror those of rises. */
  static final List<Double> EDGES = List.of(0.01, 0.05, 0.1, 0.2, 0.5);

  /** Sums are whole multiples of 2^-32: the order of addition cannot be seen in them. */
  private static final double UNIT = 0x1p-32;

  private final String label;
  private final java.util.EnumSet<Side> held = java.util.EnumSet.noneOf(Side.class);
  private final TreeSet<String> groups = new TreeSet<>();
  private final TreeSet<Double> thresholdsBefore = new TreeSet<>();
  private final TreeSet<Double> thresholdsAfter = new TreeSet<>();
  private final long[] bins = new long[2 * EDGES.size() + 1];
  private long compared;
  private long shifts;
  private long distances;
  private double rise;
  private double fall;
  private long crossedUp;
  private long crossedDown;
  private long topBefore;
  private long topAfter;
  private long topBoth;

  LabelTally(String label) {
    this.label = label;
  }

  /** Notes what a layout says of the label. */
  void seen(Side side, Layout.Label as) {
    held.add(side);
    groups.add(as.group());
    if (as.threshold() != null) {
      (side == Side.BEFORE ? thresholdsBefore : thresholdsAfter).add(as.threshold());
    }
  }

  /** Counts both scores of one event. */
  void scored(double before, Double thresholdBefore, double after, Double thresholdAfter) {
    double shift = after - before;
    compared++;
    shifts += Math.round(shift / UNIT);
    distances += Math.round(Math.abs(shift) / UNIT);
    rise = Math.max(rise, shift);
    fall = Math.min(fall, shift);
    bins[bin(shift)]++;
    boolean overBefore = thresholdBefore != null && before >= thresholdBefore;
    boolean overAfter = thresholdAfter != null && after >= thresholdAfter;
    crossedUp += overAfter && !overBefore ? 1 : 0;
    crossedDown += overBefore && !overAfter ? 1 : 0;
  }

  /** Counts the label as the top one. */
  void top(boolean before, boolean after) {
    topBefore += before ? 1 : 0;
    topAfter += after ? 1 : 0;
    topBoth += before && after ? 1 : 0;
  }

  static int bin(double shift) {
    double distance = Math.abs(shift);
    int far = 0;
    while (far < EDGES.size() && distance > EDGES.get(far)) {
      far++;
    }
    return EDGES.size() + (shift < 0 ? -far : far);
  }

  LabelShift figures() {
    return new LabelShift(
        label,
        List.copyOf(groups),
        held.contains(Side.BEFORE),
        held.contains(Side.AFTER),
        topBefore,
        topAfter,
        topBoth,
        compared,
        compared == 0 ? 0 : shifts * UNIT / compared,
        compared == 0 ? 0 : distances * UNIT / compared,
        rise,
        fall,
        bins.clone(),
        List.copyOf(thresholdsBefore),
        List.copyOf(thresholdsAfter),
        crossedUp,
        crossedDown);
  }
}
