package io.clipure.stream.clip;

/**
 * A model bundle that cannot be used; the message is one line with the bundle, the file or field,
 * what was seen, what was expected and what to do.
 */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception from a finished one-line message. */
  public BundleException(String message) {
    super(message);
  }

  /** Creates the exception from a finished one-line message and the failure beneath it. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
