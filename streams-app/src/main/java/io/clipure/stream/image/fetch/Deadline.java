package io.clipure.stream.image.fetch;

import java.time.Duration;

/** The end of a leg, on the monotonic clock. Immutable. */
final class Deadline {
  private final long startNanos;
  private final long limitNanos;

  private Deadline(long startNanos, long limitNanos) {
    this.startNanos = startNanos;
    this.limitNanos = limitNanos;
  }

  static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime(), limit.toNanos());
  }

  /** The whole time there was. */
  Duration limit() {
    return Duration.ofNanos(limitNanos);
  }

  /** Zero once it has passed. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, limitNanos - (System.nanoTime() - startNanos)));
  }

  boolean hasPassed() {
    return remaining().isZero();
  }
}
