package io.clipure.stream.audit.diff;

/**
 * Times in buckets that widen with them: 32 to each doubling, so that a quantile is right to 3 %,
 * whatever the order and the number of times. Not thread-safe.
 */
final class MicrosHistogram {
  private static final int SUB_BITS = 5;
  private static final int SUBS = 1 << SUB_BITS;

  private final long[] counts = new long[(Long.SIZE - SUB_BITS + 1) * SUBS];
  private long count;
  private double sum;

  /** Counts a time; a negative one, which no clock of ours writes, as nought. */
  void add(long micros) {
    long time = Math.max(0, micros);
    counts[bucket(time)]++;
    count++;
    // Exact up to 2^53 us, 285 years of work: no order of addition can be seen.
    sum += time;
  }

  private static int bucket(long time) {
    if (time < SUBS) {
      return (int) time;
    }
    int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(time);
    return (shift + 1) * SUBS + (int) ((time >>> shift) - SUBS);
  }

  /** Lower end of a bucket. */
  private static long floor(int bucket) {
    int shift = bucket / SUBS - 1;
    return shift < 0 ? bucket : (long) (bucket % SUBS + SUBS) << shift;
  }

  Quantiles figures() {
    return count == 0
        ? new Quantiles(0, 0, 0, 0, 0)
        : new Quantiles(count, sum / count, quantile(0.5), quantile(0.95), quantile(0.99));
  }

  private long quantile(double share) {
    long due = (long) Math.ceil(share * count);
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= due) {
        return floor(bucket);
      }
    }
    throw new IllegalStateException("a share of the counts is more than all of them");
  }
}
