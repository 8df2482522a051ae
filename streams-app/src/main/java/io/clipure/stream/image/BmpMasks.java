package io.clipure.stream.image;

/** Pixels of two to four little-endian bytes with a bit mask for each colour. */
record BmpMasks(int bytesPerPixel, int red, int green, int blue) {

  void read(ByteSlice row, int width, byte[] rgb, int at) {
    byte[] data = row.array();
    int from = row.offset();
    for (int x = 0; x < width; x++, from += bytesPerPixel, at += 3) {
      int pixel = 0;
      for (int b = 0; b < bytesPerPixel; b++) {
        pixel |= (data[from + b] & 0xff) << 8 * b;
      }
      rgb[at] = scaled(pixel, red);
      rgb[at + 1] = scaled(pixel, green);
      rgb[at + 2] = scaled(pixel, blue);
    }
  }

  private static byte scaled(int pixel, int mask) {
    if (mask == 0) {
      return 0;
    }
    int shift = Integer.numberOfTrailingZeros(mask);
    long most = (mask & 0xffffffffL) >>> shift;
    long value = (pixel & mask & 0xffffffffL) >>> shift;
    return (byte) (value * 255 / most);
  }
}
