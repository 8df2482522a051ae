package io.clipure.stream.image.fetch;

import java.time.Duration;

/**
 * How long one image is pursued.
 *
 * @param attempts attempts in all, at least 1
 * @param backoff longest wait before the second attempt; doubled before each further one
 * @param maxBackoff longest wait before any attempt, also when the other side asks for more
 * @param patience from {@link References#start} to the last attempt's beginning, waits included
 */
public record RetrySettings(
    int attempts, Duration backoff, Duration maxBackoff, Duration patience) {

  /** Checks the bounds. */
  public RetrySettings {
    if (attempts < 1 || backoff.isNegative() || maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          "expected at least one attempt and a backoff of 0 to max-backoff, seen %d, %s and %s"
              .formatted(attempts, backoff, maxBackoff));
    }
  }
}
