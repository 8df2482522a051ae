package io.clipure.stream.batching;

import java.util.Objects;

/**
 * One image to be loaded and encoded.
 *
 * @param bytes heap bytes held until its result is forwarded, for the in-flight budget
 * @param lane who waits for it
 * @param expiresAt epoch milliseconds; a job that has not reached the encoder by then ends as
 *     {@link Outcome.Expired}; {@link #NEVER}: none
 * @param first where loading begins
 * @param subject what it is about, for log lines: the event's id; null: not known
 * @param <D> what the owner wants to keep of the loading
 */
public record Job<D>(long bytes, Lane lane, long expiresAt, Step<D> first, String subject) {
  /** For {@code expiresAt}: no deadline. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Checks. */
  public Job {
    Objects.requireNonNull(lane, "lane");
    Objects.requireNonNull(first, "first");
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes is " + bytes + "; expected 0 or more");
    }
  }

  /** About nothing in particular. */
  public Job(long bytes, Lane lane, long expiresAt, Step<D> first) {
    this(bytes, lane, expiresAt, first, null);
  }

  /** A live job without a deadline. */
  public static <D> Job<D> live(long bytes, Step<D> first) {
    return new Job<>(bytes, Lane.LIVE, NEVER, first);
  }
}
