package io.clipure.stream.topology;

import java.util.OptionalLong;

/**
 * An event that ends as a dead letter. Of the nodes, only unwrap and rescore throw it, under the
 * event's own record.
 */
public class ImageRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** Empty as null: an exception's fields are to be serialisable. */
  private final Long readAtNanos;

  /** Creates the exception, without stack: it is an expected outcome. */
  public ImageRejectedException(String reason, String message) {
    this(reason, message, null);
  }

  private ImageRejectedException(String reason, String message, Long readAtNanos) {
    super(message, null, false, false);
    this.reason = reason;
    this.readAtNanos = readAtNanos;
  }

  /** The same of an event that was taken up at this moment, {@link System#nanoTime}. */
  ImageRejectedException readAt(long nanos) {
    return new ImageRejectedException(reason, getMessage(), nanos);
  }

  /** When the event was taken up, {@link System#nanoTime}; empty: not known. */
  OptionalLong readAtNanos() {
    return readAtNanos == null ? OptionalLong.empty() : OptionalLong.of(readAtNanos);
  }

  /** The reason code. */
  public String reason() {
    return reason;
  }
}
