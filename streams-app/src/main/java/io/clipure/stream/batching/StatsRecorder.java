package io.clipure.stream.batching;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link BatchingStats}. Thread-safe. */
final class StatsRecorder {
  final LongAdder items = new LongAdder();
  final LongAdder batches = new LongAdder();
  final LongAdder settled = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder expired = new LongAdder();
  final LongAdder loadNanos = new LongAdder();
  final LongAdder encodeNanos = new LongAdder();
  final LongAdder hangs = new LongAdder();
  final LongAdder replaced = new LongAdder();
  final LongAdder retired = new LongAdder();
  final LongAdder outOfMemory = new LongAdder();
  final LongAdder retries = new LongAdder();

  BatchingStats snapshot(
      int maxBatch,
      InFlightBudget budget,
      MicroBatcher<?> batcher,
      FetchPool fetches,
      DecodePool decodes) {
    return new BatchingStats(
        items.sum(),
        batches.sum(),
        maxBatch,
        settled.sum(),
        failed.sum(),
        expired.sum(),
        budget.inFlight(),
        budget.inFlight(Lane.LIVE),
        budget.inFlight(Lane.BACKFILL),
        batcher.queued(),
        fetches.use(),
        decodes.use(),
        loadNanos.sum(),
        encodeNanos.sum(),
        new BatchingStats.Faults(
            hangs.sum(), replaced.sum(), retired.sum(), outOfMemory.sum(), retries.sum()));
  }
}
