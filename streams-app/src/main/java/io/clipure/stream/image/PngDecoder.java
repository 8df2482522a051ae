package io.clipure.stream.image;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates and unfilters PNG rows. Plain 8- and 16-bit files stay in the buffer they are inflated
 * into; only the high byte of a 16-bit sample is used, also for gray (where PIL clips to white).
 */
final class PngDecoder {
  /** Adam7: first column, first row, column step, row step. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final PngLayout layout;
  private final Iterator<ByteSlice> data;

  PngDecoder(PngLayout layout, List<ByteSlice> data) {
    this.layout = layout;
    this.data = data.iterator();
  }

  PixelSource decode(byte[] palette) throws IOException, RejectedException {
    Inflater inflater = new Inflater();
    try {
      boolean inPlace = !layout.interlaced() && layout.bitDepth() >= 8;
      return inPlace ? plain(inflater, palette) : scattered(inflater, palette);
    } finally {
      inflater.end();
    }
  }

  private PixelSource plain(Inflater inflater, byte[] palette)
      throws IOException, RejectedException {
    int stride = 1 + layout.packedRow(layout.width());
    byte[] rows = new byte[Math.multiplyExact(stride, layout.height())];
    fill(inflater, rows, 0, rows.length);
    for (int y = 0; y < layout.height(); y++) {
      unfilter(rows, y * stride, y == 0 ? -1 : (y - 1) * stride, stride);
    }
    return source(palette, rows, 1, stride);
  }

  /** Row by row into one byte a sample (two for 16 bits): interlaced, or packed below 8 bits. */
  private PixelSource scattered(Inflater inflater, byte[] palette)
      throws IOException, RejectedException {
    int bytes = layout.bytesPerPixel();
    int rowStride = Math.multiplyExact(layout.width(), bytes);
    byte[] pixels = new byte[Math.multiplyExact(rowStride, layout.height())];
    int[][] passes = layout.interlaced() ? PASSES : new int[][] {{0, 0, 1, 1}};
    for (int[] pass : passes) {
      int columns = (layout.width() - pass[0] + pass[2] - 1) / pass[2];
      if (columns <= 0) {
        continue;
      }
      int stride = 1 + layout.packedRow(columns);
      byte[] rows = new byte[2 * stride];
      int current = 0;
      int previous = -1;
      for (int y = pass[1]; y < layout.height(); y += pass[3]) {
        fill(inflater, rows, current, stride);
        unfilter(rows, current, previous, stride);
        scatter(rows, current + 1, columns, pixels, y * rowStride + pass[0] * bytes, pass[2]);
        previous = current;
        current = stride - current;
      }
    }
    return source(palette, pixels, 0, rowStride);
  }

  private void scatter(byte[] row, int from, int columns, byte[] pixels, int to, int step) {
    int bytes = layout.bytesPerPixel();
    int depth = layout.bitDepth();
    if (depth >= 8) {
      for (int i = 0; i < columns; i++, to += step * bytes, from += bytes) {
        for (int b = 0; b < bytes; b++) {
          pixels[to + b] = row[from + b];
        }
      }
      return;
    }
    int most = (1 << depth) - 1;
    int scale = layout.isIndexed() ? 1 : 255 / most;
    for (int i = 0; i < columns; i++, to += step) {
      int bit = i * depth;
      int value = row[from + (bit >> 3)] >> 8 - depth - (bit & 7) & most;
      pixels[to] = (byte) (value * scale);
    }
  }

  private PixelSource source(byte[] palette, byte[] pixels, int start, int rowStride) {
    if (layout.isIndexed()) {
      return new IndexedBytes(palette, pixels, layout.width(), layout.height(), start, rowStride);
    }
    int sample = layout.bitDepth() == 16 ? 2 : 1;
    boolean colour = layout.channels() >= 3;
    return new InterleavedBytes(
        pixels,
        layout.width(),
        layout.height(),
        start,
        rowStride,
        layout.bytesPerPixel(),
        0,
        colour ? sample : 0,
        colour ? 2 * sample : 0);
  }

  private void fill(Inflater inflater, byte[] to, int at, int count)
      throws IOException, RejectedException {
    int done = 0;
    try {
      while (done < count) {
        int n = inflater.inflate(to, at + done, count - done);
        done += n;
        if (n == 0) {
          boolean more = inflater.needsInput() && !inflater.finished() && data.hasNext();
          if (!more) {
            throw RejectedException.corrupt(
                "PNG image data ends early; the file is truncated or damaged, upload it again");
          }
          ByteSlice next = data.next();
          inflater.setInput(next.array(), next.offset(), next.length());
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("PNG image data does not inflate: " + e.getMessage(), e);
    }
  }

  /** Undoes a row's filter in place. {@code row} and {@code above} index the filter bytes. */
  private void unfilter(byte[] rows, int row, int above, int stride) throws RejectedException {
    int bpp = Math.max(1, layout.channels() * layout.bitDepth() / 8);
    int first = row + 1;
    int end = row + stride;
    int up = above - row;
    switch (rows[row]) {
      case 0 -> {}
      case 1 -> {
        for (int i = first + bpp; i < end; i++) {
          rows[i] += rows[i - bpp];
        }
      }
      case 2 -> {
        if (above >= 0) {
          for (int i = first; i < end; i++) {
            rows[i] += rows[i + up];
          }
        }
      }
      case 3 -> {
        for (int i = first; i < end; i++) {
          int left = i - bpp < first ? 0 : rows[i - bpp] & 0xff;
          int over = above < 0 ? 0 : rows[i + up] & 0xff;
          rows[i] += (byte) (left + over >> 1);
        }
      }
      case 4 -> paeth(rows, first, end, bpp, above < 0 ? 0 : up);
      default ->
          throw RejectedException.corrupt(
              "PNG row has filter "
                  + (rows[row] & 0xff)
                  + ", expected 0 to 4; the file is damaged");
    }
  }

  /** Paeth's predictor; {@code up} is 0 on the first row, where it is the same as Sub. */
  private static void paeth(byte[] rows, int first, int end, int bpp, int up) {
    for (int i = first; up != 0 && i < Math.min(end, first + bpp); i++) {
      rows[i] += rows[i + up];
    }
    for (int i = first + bpp; i < end; i++) {
      int left = rows[i - bpp] & 0xff;
      int over = up == 0 ? 0 : rows[i + up] & 0xff;
      int corner = up == 0 ? 0 : rows[i + up - bpp] & 0xff;
      int toLeft = Math.abs(over - corner);
      int toOver = Math.abs(left - corner);
      int toCorner = Math.abs(left + over - 2 * corner);
      int guess =
          toLeft <= toOver && toLeft <= toCorner ? left : toOver <= toCorner ? over : corner;
      rows[i] += (byte) guess;
    }
  }
}
