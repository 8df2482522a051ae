package io.clipure.stream.topology;

/** A result that cannot be judged anew: it becomes a dead letter without its value. */
final class NotRescorableException extends ImageRejectedException {
  private static final long serialVersionUID = 1L;

  NotRescorableException(String reason, String message) {
    super(reason, message);
  }
}
