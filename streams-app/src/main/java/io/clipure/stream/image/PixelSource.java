package io.clipure.stream.image;

/**
 * Decoded pixels in stored orientation, read as 8-bit RGB the way PIL's {@code convert("RGB")}
 * makes it: alpha is dropped, not blended; colour profiles and gamma are not applied.
 *
 * <p>Conversion happens on reading, so only what the crop needs is converted and nothing is held
 * twice. Not thread-safe.
 */
interface PixelSource {

  int width();

  int height();

  /**
   * Reads part of a row.
   *
   * @param x first column
   * @param y row
   * @param count pixels to read; {@code x + count} is at most the width
   * @param rgb receives {@code 3 * count} bytes
   * @param at index in {@code rgb} of the first byte written
   */
  void read(int x, int y, int count, byte[] rgb, int at);
}
