package io.clipure.stream.image;

import java.util.Arrays;

/**
 * A JPEG's frame header (ITU-T T.81, B.2.2), and what decoding by it costs.
 *
 * @param progressive whether the frame is progressive
 * @param ids component ids
 * @param across horizontal sampling factor of each component, 1 to 4
 * @param down vertical sampling factor of each component, 1 to 4
 */
record JpegFrame(boolean progressive, int width, int height, int[] ids, int[] across, int[] down) {
  private static final int BLOCK = 8;

  /** Stream buffer, Huffman tables with their look-ahead, and the reader itself. */
  private static final long FIXED_BYTES = 512 << 10;

  /** Reads the body of a frame header of 8-bit Huffman coding. */
  static JpegFrame read(int marker, ByteSlice body) throws RejectedException {
    if (marker > 0xc2) {
      throw RejectedException.unsupported(
          "JPEG of kind SOF"
              + (marker - 0xc0)
              + "; expected baseline, extended or progressive Huffman coding, convert the file");
    }
    int precision = body.u8(0);
    int components = body.u8(5);
    if (precision != 8 || components != 1 && components != 3 && components != 4) {
      throw RejectedException.unsupported(
          "JPEG with "
              + components
              + " components of "
              + precision
              + " bits; expected 1, 3 or 4 of 8 bits, convert the file");
    }
    int height = body.u16be(1);
    int width = body.u16be(3);
    EncodedImage.requireDimensions(ImageFormat.JPEG, width, height);
    int[] ids = new int[components];
    int[] across = new int[components];
    int[] down = new int[components];
    for (int i = 0; i < components; i++) {
      ids[i] = body.u8(6 + 3 * i);
      across[i] = body.u8(7 + 3 * i) >> 4;
      down[i] = body.u8(7 + 3 * i) & 15;
      if (across[i] < 1 || across[i] > 4 || down[i] < 1 || down[i] > 4) {
        throw RejectedException.corrupt(
            "JPEG component has sampling factors "
                + across[i]
                + "x"
                + down[i]
                + ", expected 1 to 4; the file is damaged");
      }
    }
    return new JpegFrame(marker == 0xc2, width, height, ids, across, down);
  }

  int components() {
    return ids.length;
  }

  /** Samples of all components as coded: whole blocks, chroma at its own resolution. */
  long codedSamples() {
    long samples = 0;
    for (int i = 0; i < ids.length; i++) {
      samples +=
          (long) BLOCK * BLOCK * across[i] * down[i] * units(width, across) * units(height, down);
    }
    return samples;
  }

  /**
   * Most bytes held while decoding, heap and native: the samples at full size, with several scans
   * all coefficients of two bytes, and the rows in work.
   */
  long peakBytes(boolean severalScans) {
    long raster = (long) width * height * ids.length;
    // One row of units of each component, with context above and below, upsampled and copied.
    long rows = 0;
    for (int i = 0; i < ids.length; i++) {
      rows += 4L * BLOCK * BLOCK * across[i] * down[i] * units(width, across);
    }
    rows += 4L * width * ids.length * Arrays.stream(down).max().orElseThrow();
    return raster + (severalScans ? 2 * codedSamples() : 0) + rows + FIXED_BYTES;
  }

  /** Interleaved units that cover a side. */
  private static long units(int side, int[] factors) {
    int unit = BLOCK * Arrays.stream(factors).max().orElseThrow();
    return (side + unit - 1) / unit;
  }
}
