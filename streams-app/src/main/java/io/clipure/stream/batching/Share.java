package io.clipure.stream.batching;

/**
 * The part of every bounded resource that back-fill may hold, so that a live image finds the rest.
 *
 * @param share 0..1
 */
record Share(double share) {
  /** Of a number of slots; at least one, or back-fill would never run. */
  int of(int slots) {
    return Math.max(1, (int) (slots * share));
  }

  /** Of a number of bytes. */
  long of(long bytes) {
    return (long) (bytes * share);
  }

  /**
   * Of the load threads: back-fill starts below this many running. All but one: they compute, so
   * keeping more cores free would waste them. A single thread is shared.
   */
  static int ofLoadThreads(int threads) {
    return Math.max(1, threads - 1);
  }
}
