package io.clipure.stream.image;

/** Outcome of loading one image. */
public sealed interface LoadedImage {

  /**
   * An image ready for the encoder.
   *
   * @param facts facts of the file
   * @param pixels {@code [size, size, 3]} RGB uint8, row-major
   */
  record Prepared(ImageFacts facts, byte[] pixels) implements LoadedImage {}

  /**
   * An image that cannot be classified.
   *
   * @param reason machine-readable reason
   * @param message one line: what was seen, what was expected, what to do
   */
  record Rejected(RejectionReason reason, String message) implements LoadedImage {}
}
