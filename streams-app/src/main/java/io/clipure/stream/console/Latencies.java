package io.clipure.stream.console;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long images took, in buckets that grow by an eighth of a power of two: figures read from it
 * are at most 9 % too high.
 *
 * <p><b>Threading</b>: any thread may record, without waiting.
 */
final class Latencies {
  private static final int STEPS = 8;

  /** Up to 2^32 ms. */
  private static final int BUCKETS = 32 * STEPS;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  /** Books one image; less than a millisecond counts as one. */
  void record(long millis) {
    counts.incrementAndGet(bucket(millis));
  }

  /** All counts since start. */
  long[] snapshot() {
    long[] snapshot = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      snapshot[i] = counts.get(i);
    }
    return snapshot;
  }

  /**
   * The time within which a share of the images between two snapshots were done.
   *
   * @return milliseconds; NaN if there were none
   */
  static double quantile(long[] from, long[] to, double share) {
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      total += to[i] - from[i];
    }
    if (total == 0) {
      return Double.NaN;
    }
    long due = Math.max(1, (long) Math.ceil(share * total));
    int i = 0;
    for (long seen = to[0] - from[0]; seen < due; seen += to[i] - from[i]) {
      i++;
    }
    return upper(i);
  }

  private static int bucket(long millis) {
    if (millis <= 1) {
      return 0;
    }
    int bucket = (int) Math.ceil(STEPS * Math.log(millis) / Math.log(2) - 1e-9);
    return Math.min(BUCKETS - 1, bucket);
  }

  private static double upper(int bucket) {
    return Math.pow(2, (double) bucket / STEPS);
  }
}
