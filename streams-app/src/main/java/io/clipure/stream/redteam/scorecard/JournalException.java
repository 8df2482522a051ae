package io.clipure.stream.redteam.scorecard;

/** A journal that this run must not go on with; the message is one line for the user. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  JournalException(String message) {
    super(message);
  }

  /** Creates the exception. */
  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
