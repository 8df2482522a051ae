package io.clipure.stream.image;

/**
 * One byte a pixel, looked up in a palette.
 *
 * @param palette red, green, blue of 256 colours
 * @param indexes one index a pixel
 */
record IndexedBytes(byte[] palette, byte[] indexes, int width, int height, int start, int rowStride)
    implements PixelSource {

  static final int PALETTE_BYTES = 3 * 256;

  @Override
  public void read(int x, int y, int count, byte[] rgb, int at) {
    int from = start + y * rowStride + x;
    for (int end = at + 3 * count; at < end; at += 3, from++) {
      int colour = 3 * (indexes[from] & 0xff);
      rgb[at] = palette[colour];
      rgb[at + 1] = palette[colour + 1];
      rgb[at + 2] = palette[colour + 2];
    }
  }
}
