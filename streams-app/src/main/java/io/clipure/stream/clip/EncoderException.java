package io.clipure.stream.clip;

/** The inference engine failed on a whole batch; the message names the device. */
public final class EncoderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with what was seen and the engine's own failure. */
  public EncoderException(String message, Throwable cause) {
    super(message, cause);
  }
}
