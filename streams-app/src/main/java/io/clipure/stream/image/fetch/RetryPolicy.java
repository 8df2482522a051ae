package io.clipure.stream.image.fetch;

import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * When to try again: exponential backoff with full jitter, so that a burst of images that failed
 * together does not come back together. The jitter comes from the image's seed, so that a run can
 * be repeated. Immutable.
 */
final class RetryPolicy {
  private final RetrySettings settings;

  RetryPolicy(RetrySettings settings) {
    this.settings = settings;
  }

  /**
   * The wait before the next attempt.
   *
   * @param attempt the attempt that failed, from 1
   * @param retryAfter what the other side asked for; honoured up to the longest backoff
   * @param seed of the image
   * @return empty: give up
   */
  Optional<Duration> after(int attempt, Optional<Duration> retryAfter, long seed) {
    if (attempt >= settings.attempts()) {
      return Optional.empty();
    }
    long longest = settings.maxBackoff().toNanos();
    long ceiling = settings.backoff().toNanos();
    for (int doubling = 1; doubling < attempt && ceiling < longest; doubling++) {
      ceiling *= 2;
    }
    long jittered = new SplittableRandom(seed + attempt).nextLong(Math.min(ceiling, longest) + 1);
    long asked = retryAfter.map(wait -> Math.min(wait.toNanos(), longest)).orElse(0L);
    return Optional.of(Duration.ofNanos(Math.max(jittered, asked)));
  }
}
