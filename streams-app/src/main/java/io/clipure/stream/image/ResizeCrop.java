package io.clipure.stream.image;

import java.util.Arrays;

/**
 * Shortest side to the encoder's size, then the centre square: open_clip's preprocessing on
 * Pillow's bicubic, bit for bit. Horizontal pass first, each pass rounded to 8 bits. Only rows and
 * columns that reach the crop are read.
 *
 * <p>This is the hot loop of the service on small encoders. Two rows are narrowed at a time, one in
 * each half of a long, which halves the multiplications and stays exact: a half's sum fits 31 bits
 * and a sign, and a borrow from the lower half is undone at the end. A narrowed row is added at
 * once to the output rows it reaches, in a loop over plain ints that the compiler vectorises.
 */
final class ResizeCrop {
  private static final int HALF = 1 << BicubicTaps.FRACTION_BITS - 1;
  private static final long TWO_HALVES = (long) HALF << 32 | HALF;

  private final BicubicTaps across;
  private final BicubicTaps down;
  private final int stride;
  private final int left;
  private final byte[] out;
  private final int[] sums;
  private int unfinished;

  private ResizeCrop(BicubicTaps across, BicubicTaps down, int size) {
    this.across = across;
    this.down = down;
    this.stride = 3 * size;
    this.left = across.lowest();
    this.out = new byte[size * stride];
    this.sums = new int[size * stride];
  }

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
    ResizeCrop resize = new ResizeCrop(axis(width, height, size), axis(height, width, size), size);
    resize.run(source, orientation);
    return resize.out;
  }

  /**
   * Most bytes held by {@link #apply}: output, sums and narrowed rows; the rows read, which are as
   * wide as the shorter side and a few taps; and the weights of both axes.
   */
  static long heldBytes(ImageHeader header, int size) {
    boolean swapped = OrientedPixels.isSwapped(header.orientation());
    long width = swapped ? header.height() : header.width();
    long shorter = Math.min(header.width(), header.height());
    // An output's weights span four times the scale, and at least five samples.
    long taps = 4 * (shorter / size + 2);
    long rows =
        3
            * Math.min(width, shorter + taps)
            * (3 + Long.BYTES + (swapped ? OrientedPixels.BLOCK : 0));
    long weights = 2L * size * (Integer.BYTES * taps + 32);
    long output = 3L * size * (5L * size + 2 * Integer.BYTES);
    return rows + weights + output;
  }

  private static BicubicTaps axis(int length, int other, int size) {
    // torchvision: int(size * long / short), and int(round((length - size) / 2.0)), half to even.
    long resized = length <= other ? size : (long) ((double) ((long) size * length) / other);
    long offset = (long) Math.rint((resized - size) / 2.0);
    return BicubicTaps.of(length, resized, offset, size);
  }

  private void run(PixelSource source, int orientation) {
    int columns = across.highest() - left;
    OrientedPixels pixels =
        new OrientedPixels(source, orientation, new OrientedPixels.Columns(left, left + columns));
    byte[] upper = new byte[3 * columns];
    byte[] lower = new byte[3 * columns];
    long[] both = new long[3 * columns];
    int[] narrowUpper = new int[stride];
    int[] narrowLower = new int[stride];
    Arrays.fill(sums, HALF);
    int end = down.highest();
    for (int y = down.lowest(); y < end; y += 2) {
      boolean pair = y + 1 < end;
      pixels.row(y, upper);
      if (pair) {
        pixels.row(y + 1, lower);
      }
      for (int i = 0; i < both.length; i++) {
        both[i] = (long) (lower[i] & 0xff) << 32 | upper[i] & 0xff;
      }
      narrow(both, narrowUpper, narrowLower);
      add(y, narrowUpper);
      if (pair) {
        add(y + 1, narrowLower);
      }
    }
  }

  /** The horizontal pass of two rows. */
  private void narrow(long[] both, int[] upper, int[] lower) {
    int[] first = across.first();
    int[][] weights = across.weights();
    for (int x = 0, at = 0; x < first.length; x++, at += 3) {
      int from = 3 * (first[x] - left);
      long red = TWO_HALVES;
      long green = TWO_HALVES;
      long blue = TWO_HALVES;
      for (long weight : weights[x]) {
        red += both[from] * weight;
        green += both[from + 1] * weight;
        blue += both[from + 2] * weight;
        from += 3;
      }
      upper[at] = clamp((int) red);
      upper[at + 1] = clamp((int) green);
      upper[at + 2] = clamp((int) blue);
      lower[at] = clamp(upperHalf(red));
      lower[at + 1] = clamp(upperHalf(green));
      lower[at + 2] = clamp(upperHalf(blue));
    }
  }

  private static int upperHalf(long sum) {
    return (int) (sum - (int) sum >> 32);
  }

  /** The vertical pass's share of one narrowed row; rows come in order. */
  private void add(int y, int[] row) {
    int[] first = down.first();
    for (int o = unfinished; o < first.length && first[o] <= y; o++) {
      int[] weights = down.weights()[o];
      int tap = y - first[o];
      if (tap >= weights.length) {
        continue;
      }
      accumulate(sums, o * stride, row, weights[tap]);
      if (tap == weights.length - 1) {
        finish(o);
      }
    }
    while (unfinished < first.length
        && y >= first[unfinished] + down.weights()[unfinished].length - 1) {
      unfinished++;
    }
  }

  private static void accumulate(int[] sums, int at, int[] row, int weight) {
    for (int i = 0; i < row.length; i++) {
      sums[at + i] += row[i] * weight;
    }
  }

  private void finish(int o) {
    for (int i = o * stride, end = i + stride; i < end; i++) {
      out[i] = (byte) clamp(sums[i]);
    }
  }

  private static int clamp(int sum) {
    int value = sum >> BicubicTaps.FRACTION_BITS;
    return (value & ~255) == 0 ? value : value < 0 ? 0 : 255;
  }
}
