package io.clipure.stream.app.chaos;

/** The service made no progress for so long that the harness gives the scenario up. */
final class StalledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StalledException(String message) {
    super(message);
  }
}
