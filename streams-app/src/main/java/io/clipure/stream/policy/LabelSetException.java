package io.clipure.stream.policy;

/** A label set that cannot be used; the message is one line with place, finding and remedy. */
public final class LabelSetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public LabelSetException(String message) {
    super(message);
  }
}
