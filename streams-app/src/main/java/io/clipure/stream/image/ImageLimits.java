package io.clipure.stream.image;

/**
 * How much one image may cost. Both limits are checked before anything is decoded.
 *
 * @param maxBytes most encoded bytes of one image
 * @param maxPixels most stored pixels (width times height) by the header
 */
public record ImageLimits(long maxBytes, long maxPixels) {

  /** 20 MiB of encoded bytes, 40 megapixels. */
  public static final ImageLimits DEFAULT = new ImageLimits(20L << 20, 40_000_000);

  public ImageLimits {
    if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "image byte limit is " + maxBytes + ", expected 1 to 2147483583; lower it");
    }
    if (maxPixels < 1 || maxPixels > 250_000_000) {
      // One Java array holds a decoded image of up to eight bytes a pixel.
      throw new IllegalArgumentException(
          "image pixel limit is " + maxPixels + ", expected 1 to 250000000; lower it");
    }
  }
}
