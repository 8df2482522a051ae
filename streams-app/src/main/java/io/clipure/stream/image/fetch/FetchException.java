package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.time.Duration;
import java.util.Optional;

/** Carries a refusal or a transient fault out of a source; never leaves this package. */
final class FetchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final boolean passing;
  private final Duration retryAfter;

  private FetchException(
      RejectionReason reason, String message, boolean passing, Duration retryAfter) {
    // No stack trace: hostile references are ordinary here.
    super(message, null, false, false);
    this.reason = reason;
    this.passing = passing;
    this.retryAfter = retryAfter;
  }

  /** Trying again would not help. */
  static FetchException refused(RejectionReason reason, String message) {
    return new FetchException(reason, message, false, null);
  }

  /** Trying again may help. */
  static FetchException passing(RejectionReason reason, String message) {
    return new FetchException(reason, message, true, null);
  }

  /** As {@link #passing(RejectionReason, String)}, with the time the other side asked for. */
  static FetchException passing(
      RejectionReason reason, String message, Optional<Duration> retryAfter) {
    return new FetchException(reason, message, true, retryAfter.orElse(null));
  }

  static FetchException tooManyBytes(String seen, long most) {
    return refused(
        RejectionReason.TOO_MANY_BYTES,
        "%s bytes, at most %d are allowed; compress the image or raise image.max-bytes"
            .formatted(seen, most));
  }

  static FetchException timeout(String where, Duration limit) {
    return passing(
        RejectionReason.FETCH_TIMEOUT,
        "%s did not deliver within %d ms; check it, or raise fetch.timeout"
            .formatted(where, limit.toMillis()));
  }

  /** The same, said of what was reached by a redirect. */
  FetchException redirectedFrom(Object where) {
    return new FetchException(
        reason, "redirected from %s: %s".formatted(where, getMessage()), passing, retryAfter);
  }

  RejectionReason reason() {
    return reason;
  }

  boolean isPassing() {
    return passing;
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
