package io.clipure.stream.image;

/**
 * How much one image may cost. All limits are checked before anything is decoded.
 *
 * @param maxBytes most encoded bytes of one image
 * @param maxPixels most stored pixels (width times height) by the header
 * @param maxDecodeBytes most bytes, heap and native, that decoding may hold by the header ({@link
 *     ImageHeader#peakBytes()}); above it a small file could end a process with a small heap
 */
public record ImageLimits(long maxBytes, long maxPixels, long maxDecodeBytes) {

  /** 20 MiB of encoded bytes, 40 megapixels, and any memory that these need. */
  public static final ImageLimits DEFAULT = new ImageLimits(20L << 20, 40_000_000);

  /** Limits on bytes and pixels, and none on the memory that an image of these needs. */
  public ImageLimits(long maxBytes, long maxPixels) {
    this(maxBytes, maxPixels, Long.MAX_VALUE);
  }

  public ImageLimits {
    if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "image byte limit is " + maxBytes + ", expected 1 to 2147483583; lower it");
    }
    if (maxDecodeBytes < 1) {
      throw new IllegalArgumentException(
          "image decode memory limit is " + maxDecodeBytes + ", expected at least 1; raise it");
    }
    if (maxPixels < 1 || maxPixels > 250_000_000) {
      // One Java array holds a decoded image of up to eight bytes a pixel.
      throw new IllegalArgumentException(
          "image pixel limit is " + maxPixels + ", expected 1 to 250000000; lower it");
    }
  }
}
