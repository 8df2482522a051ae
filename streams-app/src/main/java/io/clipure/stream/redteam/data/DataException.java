package io.clipure.stream.redteam.data;

/** A data set that cannot be used; the message is one line for the user. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public DataException(String message) {
    super(message);
  }

  /** Creates the exception. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
