package io.clipure.stream.app;

/** The command cannot start; the message is the one line the user sees. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the refusal. */
  public RefusedException(String message) {
    super(message);
  }

  /** Creates the refusal. */
  public RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
