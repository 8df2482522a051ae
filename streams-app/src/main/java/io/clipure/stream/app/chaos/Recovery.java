package io.clipure.stream.app.chaos;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Seconds from a fault until every partition has given a committed result that was made after it.
 * Partitions without any later result do not count: they had nothing left to do.
 */
final class Recovery {
  private Recovery() {}

  /** One figure a fault, in their order; negative where nothing came after it. */
  static double[] seconds(List<FaultLog.Entry> faults, Collection<Seen> seen, int partitions) {
    return faults.stream().mapToDouble(fault -> seconds(fault.at(), seen, partitions)).toArray();
  }

  /** The longest pause between two results, in seconds: what a fault inside the service costs. */
  static double longestPause(Collection<Seen> seen) {
    long[] arrivals =
        seen.stream()
            .filter(record -> record.output().settles())
            .mapToLong(Seen::arrivedAt)
            .sorted()
            .toArray();
    long longest = 0;
    for (int i = 1; i < arrivals.length; i++) {
      longest = Math.max(longest, arrivals[i] - arrivals[i - 1]);
    }
    return longest / 1000.0;
  }

  private static double seconds(long fault, Collection<Seen> seen, int partitions) {
    long[] first = new long[partitions];
    Arrays.fill(first, Long.MAX_VALUE);
    for (Seen record : seen) {
      if (record.output().settles() && record.madeAt() >= fault) {
        first[record.sourcePartition()] =
            Math.min(first[record.sourcePartition()], record.arrivedAt());
      }
    }
    return Arrays.stream(first)
        .filter(arrived -> arrived != Long.MAX_VALUE)
        .mapToDouble(arrived -> (arrived - fault) / 1000.0)
        .max()
        .orElse(-1);
  }
}
