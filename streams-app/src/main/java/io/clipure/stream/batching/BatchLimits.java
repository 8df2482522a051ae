package io.clipure.stream.batching;

import java.time.Duration;

/**
 * How large a batch one device gets.
 *
 * <p>After a batch that was too large for the device's memory, or too slow for its deadline, half
 * of it is the limit; each {@value #GOOD_BATCHES} full batches that succeed raise it by a quarter.
 *
 * <p>A back-fill batch is also kept so small that it takes no longer than {@code backfillHold}: a
 * live image that arrives just after it started has to wait for it. The estimate is a running mean
 * of the nanoseconds an image of full back-fill batches takes; it starts at the smallest batch.
 * That is {@value #FEWEST}: the encoder never runs fewer rows, so one image takes as long.
 *
 * <p><b>Threading</b>: thread-safe.
 */
final class BatchLimits {
  private static final int GOOD_BATCHES = 64;
  private static final double NEWEST = 0.25;
  private static final int FEWEST = 2;

  private final int maxBatch;
  private final long holdNanos;
  private int most;
  private int good;
  private double nanosPerImage;

  BatchLimits(int maxBatch, Duration backfillHold) {
    this.maxBatch = maxBatch;
    this.holdNanos = backfillHold.toNanos();
    this.most = maxBatch;
  }

  /** Largest batch of live images. */
  synchronized int most() {
    return most;
  }

  /** Largest batch of back-fill images. */
  synchronized int mostBackfill() {
    double byTime = nanosPerImage == 0 ? FEWEST : holdNanos / nanosPerImage;
    return (int) Math.min(most, Math.max(FEWEST, byTime));
  }

  synchronized void succeeded(Lane lane, int size, long nanos) {
    if (lane == Lane.BACKFILL && size >= mostBackfill()) {
      double seen = (double) nanos / size;
      nanosPerImage = nanosPerImage == 0 ? seen : nanosPerImage + NEWEST * (seen - nanosPerImage);
    }
    if (most < maxBatch && size >= most && ++good >= GOOD_BATCHES) {
      good = 0;
      most = Math.min(maxBatch, most + Math.max(1, most / 4));
    }
  }

  /** A batch of that size was too large or too slow. */
  synchronized void tooLarge(int size) {
    good = 0;
    most = Math.max(1, Math.min(most, size / 2));
  }
}
