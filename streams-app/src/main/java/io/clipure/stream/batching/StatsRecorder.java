package io.clipure.stream.batching;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link BatchingStats}. Thread-safe. */
final class StatsRecorder {
  final LongAdder items = new LongAdder();
  final LongAdder batches = new LongAdder();
  final LongAdder settled = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder loadNanos = new LongAdder();
  final LongAdder encodeNanos = new LongAdder();

  BatchingStats snapshot(int maxBatch, InFlightBudget budget) {
    return new BatchingStats(
        items.sum(),
        batches.sum(),
        maxBatch,
        settled.sum(),
        failed.sum(),
        budget.count(),
        budget.bytes(),
        budget.peakCount(),
        budget.peakBytes(),
        loadNanos.sum(),
        encodeNanos.sum());
  }
}
