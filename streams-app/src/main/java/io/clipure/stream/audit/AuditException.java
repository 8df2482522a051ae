package io.clipure.stream.audit;

/** An audit cannot go on; the message is one line: what was seen, what was expected, what to do. */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the failure. */
  public AuditException(String message) {
    super(message);
  }

  /** Creates the failure. */
  public AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
