package io.clipure.stream.image;

/** Carries a rejection out of the parsers; never leaves this package. */
final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  RejectedException(RejectionReason reason, String message) {
    // No stack trace: hostile input is ordinary here, and a trace costs more than the header.
    super(message, null, false, false);
    this.reason = reason;
  }

  static RejectedException corrupt(String message) {
    return new RejectedException(RejectionReason.CORRUPT_IMAGE, message);
  }

  static RejectedException unsupported(String message) {
    return new RejectedException(RejectionReason.UNSUPPORTED_FORMAT, message);
  }

  LoadedImage.Rejected rejected() {
    return new LoadedImage.Rejected(reason, getMessage());
  }
}
