package io.clipure.stream.audit.diff;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What became of one label over all events that both runs labelled.
 *
 * @param label its id
 * @param groups groups it had
 * @param heldBefore whether a label set of the run before holds it
 * @param heldAfter the same of the run after
 * @param topBefore events with it on top before
 * @param topAfter events with it on top after
 * @param topBoth events with it on top in both
 * @param compared events for which both runs scored it
 * @param meanShift mean of score after minus before
 * @param meanDistance mean of its absolute value
 * @param largestRise largest shift upwards, 0 or more
 * @param largestFall largest shift downwards, 0 or less
 * @param shifts events by shift: the bins between {@link #binEdges()}, each without its end that
 *     lies nearer to nought
 * @param thresholdsBefore thresholds it had before; empty: none
 * @param thresholdsAfter the same after
 * @param crossedUp events that reached its threshold only after
 * @param crossedDown events that reached its threshold only before
 */
public record LabelShift(
    String label,
    List<String> groups,
    boolean heldBefore,
    boolean heldAfter,
    long topBefore,
    long topAfter,
    long topBoth,
    long compared,
    double meanShift,
    double meanDistance,
    double largestRise,
    double largestFall,
    long[] shifts,
    List<Double> thresholdsBefore,
    List<Double> thresholdsAfter,
    long crossedUp,
    long crossedDown) {

  /** Events on top only after. */
  @JsonProperty
  public long topGained() {
    return topAfter - topBoth;
  }

  /** Events on top only before. */
  @JsonProperty
  public long topLost() {
    return topBefore - topBoth;
  }

  /** Whether its threshold is another, or is there in one run only. */
  boolean thresholdChanged() {
    return heldBefore && heldAfter && !thresholdsBefore.equals(thresholdsAfter);
  }

  /** Ends between the bins of {@code shifts}, ascending; the outermost bins end at -1 and 1. */
  public static List<Double> binEdges() {
    return java.util.stream.Stream.concat(
            LabelTally.EDGES.stream().map(edge -> -edge).sorted(), LabelTally.EDGES.stream())
        .toList();
  }
}
