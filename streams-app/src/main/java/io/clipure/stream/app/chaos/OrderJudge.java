package io.clipure.stream.app.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Judges the order of one output partition, which holds the results of one source partition (same
 * key, same number of partitions).
 *
 * <p>A <em>run</em> is one writer's pass over the source. Each record must either continue a run,
 * that is, follow the run's last record without leaving out an event that has a result in this
 * partition; or step back, to the place of the record before it or further, which starts a run: the
 * re-read of a service that starts again from its last committed offset. Anything else is out of
 * order: a result that overtakes one which comes later, and also a re-read with a gap, which is a
 * loss that only an earlier pass hides. Several runs may go on at once, because under at-least-once
 * a process that was frozen while another took its partitions over may still write before it
 * notices.
 *
 * <p>Under exactly-once there is one run; a step back shows as a duplicate as well.
 */
final class OrderJudge {
  private final int[] due;
  private final List<Integer> runs = new ArrayList<>(List.of(-1));
  private int previous = -1;
  private int violations;

  /**
   * Starts a partition.
   *
   * @param due sequence numbers of the events that must not be left out
   */
  OrderJudge(Collection<Integer> due) {
    this.due = due.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
  }

  /** Takes the next record's sequence number; whether it is in order. */
  boolean next(int sequence) {
    int before = violations;
    int run = runFollowedBy(sequence);
    if (run >= 0) {
      runs.remove(run);
    } else {
      if (sequence > previous) {
        violations++;
      }
    }
    // A run that caught up with another is one with it.
    runs.removeIf(last -> last == sequence);
    runs.add(sequence);
    previous = sequence;
    return violations == before;
  }

  /** Records out of order so far. */
  int violations() {
    return violations;
  }

  /** The index of such a run, that of the record before where it is one; -1: none. */
  private int runFollowedBy(int sequence) {
    int found = -1;
    for (int i = 0; i < runs.size(); i++) {
      int last = runs.get(i);
      boolean follows = last < sequence && dueBelow(sequence) == dueBelow(last + 1);
      if (follows && (found < 0 || last == previous)) {
        found = i;
      }
    }
    return found;
  }

  /** How many due events have a number below this one. */
  private int dueBelow(int sequence) {
    int at = Arrays.binarySearch(due, sequence);
    return at >= 0 ? at : -at - 1;
  }
}
