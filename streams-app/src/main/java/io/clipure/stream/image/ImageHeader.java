package io.clipure.stream.image;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an image file says about itself before anything is decoded.
 *
 * @param format format by magic bytes
 * @param width stored width in pixels, before orientation; at least 1
 * @param height stored height in pixels, before orientation; at least 1
 * @param orientation EXIF orientation, 1 to 8; 1 where there is none or it is unreadable
 * @param peakBytes most bytes, heap and native together, held while this image is decoded and
 *     resized, without the encoded bytes; what a memory budget should reserve
 */
public record ImageHeader(
    ImageFormat format, int width, int height, int orientation, long peakBytes) {

  /**
   * Reads the header of an image.
   *
   * @param encoded the file's bytes, from position to limit; not modified
   * @return the header, or empty where the bytes are not an image that could be loaded
   */
  public static Optional<ImageHeader> peek(ByteBuffer encoded) {
    try {
      return Optional.of(EncodedImage.parse(ByteSlice.of(encoded)).header());
    } catch (RejectedException e) {
      return Optional.empty();
    }
  }

  /** Stored pixels. */
  public long pixels() {
    return (long) width * height;
  }

  /** The same with more bytes held. */
  ImageHeader holding(long moreBytes) {
    return new ImageHeader(format, width, height, orientation, peakBytes + moreBytes);
  }
}
