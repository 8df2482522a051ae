package io.clipure.stream.ops.health;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Whether something has been the case for a while without a change. Seen only when asked, so as
 * fine as the questions come.
 *
 * <p>Thread-safe.
 */
public final class Lasting {
  private final long nanos;
  private final LongSupplier clock;
  private Object state;
  private long since;

  /** With the system's clock. */
  public Lasting(Duration howLong) {
    this(howLong, System::nanoTime);
  }

  Lasting(Duration howLong, LongSupplier clock) {
    this.nanos = howLong.toNanos();
    this.clock = clock;
  }

  /**
   * Takes note.
   *
   * @param suspicious whether it is the case now
   * @param progress anything that differs when it went on in between
   * @return whether it has been the case, with equal progress, for the whole time
   */
  public synchronized boolean is(boolean suspicious, Object progress) {
    long now = clock.getAsLong();
    Object seen = suspicious ? progress : null;
    if (seen == null || !Objects.equals(seen, state)) {
      state = seen;
      since = now;
      return false;
    }
    return now - since >= nanos;
  }
}
