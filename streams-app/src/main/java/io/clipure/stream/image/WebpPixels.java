package io.clipure.stream.image;

/** Decoded WebP pixels, {@code 0xAARRGGBB}, placed on a black canvas; alpha is dropped. */
record WebpPixels(
    int[] argb, int width, int height, int left, int top, int frameWidth, int frameHeight)
    implements PixelSource {

  @Override
  public void read(int x, int y, int count, byte[] rgb, int at) {
    int row = y - top;
    for (int i = x - left, end = i + count; i < end; i++, at += 3) {
      boolean inside = i >= 0 && i < frameWidth && row >= 0 && row < frameHeight;
      int pixel = inside ? argb[row * frameWidth + i] : 0;
      rgb[at] = (byte) (pixel >> 16);
      rgb[at + 1] = (byte) (pixel >> 8);
      rgb[at + 2] = (byte) pixel;
    }
  }
}
