package io.clipure.stream.image;

import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates and unfilters PNG rows, two at a time in memory, and keeps one byte of each sample that
 * is seen: alpha is left out, and only the high byte of a 16-bit sample is used, also for gray
 * (where PIL clips to white).
 */
final class PngDecoder {
  /** Adam7: first column, first row, column step, row step. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  /** Rows may be a few bytes long, and there may be millions: they are not inflated one by one. */
  static final int BUFFER_BYTES = 1 << 16;

  private final PngLayout layout;
  private final PngChunks chunks;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int bufferAt;
  private int bufferEnd;

  PngDecoder(PngLayout layout, PngChunks chunks) {
    this.layout = layout;
    this.chunks = chunks;
  }

  PixelSource decode(byte[] palette) throws IOException, RejectedException {
    Inflater inflater = new Inflater();
    try {
      byte[] pixels = pixels(inflater);
      int width = layout.width();
      int height = layout.height();
      if (layout.isIndexed()) {
        return new IndexedBytes(palette, pixels, width, height, 0, width);
      }
      int kept = layout.keptChannels();
      boolean colour = kept == 3;
      return new InterleavedBytes(
          pixels, width, height, 0, width * kept, kept, 0, colour ? 1 : 0, colour ? 2 : 0);
    } finally {
      inflater.end();
    }
  }

  /** {@code [height, width, kept channels]}. */
  private byte[] pixels(Inflater inflater) throws IOException, RejectedException {
    int kept = layout.keptChannels();
    int rowStride = Math.multiplyExact(layout.width(), kept);
    byte[] pixels = new byte[Math.multiplyExact(rowStride, layout.height())];
    int[][] passes = layout.interlaced() ? PASSES : new int[][] {{0, 0, 1, 1}};
    int longest = Math.toIntExact(1 + layout.packedRow(layout.width()));
    byte[] rows = new byte[Math.multiplyExact(Math.min(2, layout.height()), longest)];
    for (int[] pass : passes) {
      int columns = (layout.width() - pass[0] + pass[2] - 1) / pass[2];
      if (columns <= 0) {
        continue;
      }
      int stride = Math.toIntExact(1 + layout.packedRow(columns));
      int current = 0;
      int previous = -1;
      for (int y = pass[1]; y < layout.height(); y += pass[3]) {
        fill(inflater, rows, current, stride);
        unfilter(rows, current, previous, stride);
        scatter(rows, current + 1, columns, pixels, y * rowStride + pass[0] * kept, pass[2] * kept);
        previous = current;
        current = stride - current;
      }
    }
    return pixels;
  }

  private void scatter(byte[] row, int from, int columns, byte[] pixels, int to, int step) {
    int depth = layout.bitDepth();
    if (depth >= 8) {
      int sample = depth / 8;
      int pixel = layout.channels() * sample;
      int kept = layout.keptChannels();
      if (pixel == kept && step == kept) {
        System.arraycopy(row, from, pixels, to, columns * pixel);
      } else if (kept == 1) {
        for (int i = 0; i < columns; i++, to += step, from += pixel) {
          pixels[to] = row[from];
        }
      } else {
        for (int i = 0; i < columns; i++, to += step, from += pixel) {
          pixels[to] = row[from];
          pixels[to + 1] = row[from + sample];
          pixels[to + 2] = row[from + 2 * sample];
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

  private void fill(Inflater inflater, byte[] to, int at, int count)
      throws IOException, RejectedException {
    int done = 0;
    while (done < count) {
      if (bufferAt == bufferEnd) {
        bufferAt = 0;
        bufferEnd = inflate(inflater);
      }
      int n = Math.min(count - done, bufferEnd - bufferAt);
      System.arraycopy(buffer, bufferAt, to, at + done, n);
      bufferAt += n;
      done += n;
    }
  }

  private int inflate(Inflater inflater) throws IOException, RejectedException {
    try {
      int n = inflater.inflate(buffer);
      while (n == 0) {
        if (!inflater.needsInput() || !nextData()) {
          throw RejectedException.corrupt(
              "PNG image data ends early; the file is truncated or damaged, upload it again");
        }
        chunks.feed(inflater);
        n = inflater.inflate(buffer);
      }
      return n;
    } catch (DataFormatException e) {
      throw new IOException("PNG image data does not inflate: " + e.getMessage(), e);
    }
  }

  private boolean nextData() throws RejectedException {
    while (chunks.advance()) {
      if (chunks.is("IDAT")) {
        return true;
      }
    }
    return false;
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
