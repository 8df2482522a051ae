package io.clipure.stream.topology;

/**
 * An event that ends as a dead letter. Of the nodes, only unwrap and rescore throw it, under the
 * event's own record.
 */
public class ImageRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** Creates the exception, without stack: it is an expected outcome. */
  public ImageRejectedException(String reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** The reason code. */
  public String reason() {
    return reason;
  }
}
