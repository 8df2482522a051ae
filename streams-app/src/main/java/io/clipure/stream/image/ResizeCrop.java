package io.clipure.stream.image;

import java.util.Arrays;

/**
 * Shortest side to the encoder's size, then the centre square: open_clip's preprocessing on
 * Pillow's bicubic, bit for bit. Horizontal pass first, each pass rounded to 8 bits. Only rows and
 * columns that reach the crop are read.
 */
final class ResizeCrop {
  private static final int HALF = 1 << BicubicTaps.FRACTION_BITS - 1;

  private ResizeCrop() {}

  /**
   * Resizes and crops.
   *
   * @param source stored pixels
   * @param orientation 1 to 8, applied before the resize
   * @param size side of the result
   * @return {@code [size, size, 3]} RGB
   */
  static byte[] apply(PixelSource source, int orientation, int size) {
    boolean swapped = OrientedPixels.isSwapped(orientation);
    int width = swapped ? source.height() : source.width();
    int height = swapped ? source.width() : source.height();
    BicubicTaps across = axis(width, height, size);
    BicubicTaps down = axis(height, width, size);

    int left = across.lowest();
    int right = across.highest();
    OrientedPixels pixels =
        new OrientedPixels(source, orientation, new OrientedPixels.Columns(left, right));
    byte[] row = new byte[3 * (right - left)];
    int top = down.lowest();
    int rows = down.highest() - top;
    int stride = 3 * size;
    byte[] narrowed = new byte[rows * stride];
    for (int y = 0; y < rows; y++) {
      pixels.row(top + y, row);
      horizontal(across, left, row, narrowed, y * stride);
    }
    return vertical(down, top, narrowed, stride, size);
  }

  private static BicubicTaps axis(int length, int other, int size) {
    // torchvision: int(size * long / short), and int(round((length - size) / 2.0)), half to even.
    long resized = length <= other ? size : (long) ((double) ((long) size * length) / other);
    long offset = (long) Math.rint((resized - size) / 2.0);
    return BicubicTaps.of(length, resized, offset, size);
  }

  private static void horizontal(BicubicTaps taps, int left, byte[] row, byte[] out, int at) {
    int[] first = taps.first();
    int[][] weights = taps.weights();
    for (int x = 0; x < first.length; x++, at += 3) {
      int from = 3 * (first[x] - left);
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int weight : weights[x]) {
        red += (row[from] & 0xff) * weight;
        green += (row[from + 1] & 0xff) * weight;
        blue += (row[from + 2] & 0xff) * weight;
        from += 3;
      }
      out[at] = clamp(red);
      out[at + 1] = clamp(green);
      out[at + 2] = clamp(blue);
    }
  }

  private static byte[] vertical(BicubicTaps taps, int top, byte[] rows, int stride, int size) {
    byte[] out = new byte[size * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < size; y++) {
      Arrays.fill(sums, HALF);
      int from = (taps.first()[y] - top) * stride;
      for (int weight : taps.weights()[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += (rows[from + i] & 0xff) * weight;
        }
        from += stride;
      }
      for (int i = 0; i < stride; i++) {
        out[y * stride + i] = clamp(sums[i]);
      }
    }
    return out;
  }

  private static byte clamp(int sum) {
    int value = sum >> BicubicTaps.FRACTION_BITS;
    return (byte) ((value & ~255) == 0 ? value : value < 0 ? 0 : 255);
  }
}
