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
 * @param bytesPerPixel most bytes, heap and native together, held per pixel while decoding
 */
public record ImageHeader(
    ImageFormat format, int width, int height, int orientation, int bytesPerPixel) {

  /** Largest {@link #bytesPerPixel()} of any supported file: a progressive four-channel JPEG. */
  static final int MOST_BYTES_PER_PIXEL = 12;

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

  /**
   * Most bytes, heap and native together, held while this image is decoded and resized, without the
   * encoded bytes; what a memory budget should reserve. The resize's own rows (three bytes times
   * the short side times the encoder's size) are small beside it.
   */
  public long peakBytes() {
    return bytesPerPixel * pixels();
  }
}
