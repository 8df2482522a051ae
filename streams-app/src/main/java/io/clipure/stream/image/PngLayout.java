package io.clipure.stream.image;

/**
 * How a PNG's samples are laid out.
 *
 * @param colourType 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha
 * @param bitDepth bits a sample
 * @param interlaced whether rows come in Adam7's seven passes
 */
record PngLayout(int width, int height, int colourType, int bitDepth, boolean interlaced) {

  boolean isStandard() {
    return switch (colourType) {
      case 0 -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8 || bitDepth == 16;
      case 3 -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8;
      case 2, 4, 6 -> bitDepth == 8 || bitDepth == 16;
      default -> false;
    };
  }

  boolean isIndexed() {
    return colourType == 3;
  }

  int channels() {
    return switch (colourType) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  /** Bytes from one pixel to the next when every sample has whole bytes. */
  int bytesPerPixel() {
    return channels() * (bitDepth == 16 ? 2 : 1);
  }

  /** Bytes of a row of so many pixels, packed, without the filter byte. */
  long packedRow(int pixels) {
    return ((long) pixels * channels() * bitDepth + 7) / 8;
  }

  /** Channels that are kept: colours without alpha, or a palette index. */
  int keptChannels() {
    return channels() >= 3 ? 3 : 1;
  }

  /**
   * Most bytes held while decoding: one byte a kept sample, the row at hand and the one above, and
   * zlib's window and tables beside the buffer.
   */
  long peakBytes() {
    long inflater = (64 << 10) + PngDecoder.BUFFER_BYTES;
    return EncodedImage.pixelBytes(width, height, keptChannels())
        + Math.min(2, height) * (1L + packedRow(width))
        + inflater;
  }
}
