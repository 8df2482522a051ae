package io.clipure.stream.batching;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One call into native code under a deadline. Whoever claims it owns its tickets: the worker, when
 * it returns in time, or the watchdog.
 */
final class EncoderCall {
  /** What is done in it. */
  enum Kind {
    /** A batch. */
    ENCODE,
    /** A blank image, to tell a bad image from a bad device. */
    PROBE,
    /** Opening a replacement, and its first blank image. */
    OPEN
  }

  private final Kind kind;
  private final List<Ticket<?>> tickets;
  private final AtomicBoolean claimed = new AtomicBoolean();

  EncoderCall(Kind kind, List<Ticket<?>> tickets) {
    this.kind = kind;
    this.tickets = tickets;
  }

  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  boolean claimed() {
    return claimed.get();
  }

  Kind kind() {
    return kind;
  }

  /** Empty but for {@link Kind#ENCODE}. */
  List<Ticket<?>> tickets() {
    return tickets;
  }
}
