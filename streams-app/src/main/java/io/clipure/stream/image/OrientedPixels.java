package io.clipure.stream.image;

/**
 * An image as its EXIF orientation wants it seen (Exif 2.32, tag 0x0112), read row by row. Rows of
 * the four orientations that swap axes are columns of the file; {@value #BLOCK} of them are read at
 * a time, so that memory is walked along its cache lines and no second image is made.
 */
final class OrientedPixels {
  static final int BLOCK = 32;

  private final PixelSource stored;
  private final boolean swapped;
  private final boolean mirrorX;
  private final boolean mirrorY;
  private final int width;
  private final int height;
  private final int from;
  private final int count;
  private final byte[] block;
  private final byte[] segment = new byte[3 * BLOCK];
  private int blockStart = -1;
  private int blockRows;

  /**
   * A view of columns {@code from} to {@code to} of the oriented image.
   *
   * @param orientation 1 to 8
   */
  OrientedPixels(PixelSource stored, int orientation, Columns columns) {
    this.stored = stored;
    this.swapped = isSwapped(orientation);
    // In stored coordinates: which axes run backwards when the seen image is walked forwards.
    this.mirrorX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    this.mirrorY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    this.width = swapped ? stored.height() : stored.width();
    this.height = swapped ? stored.width() : stored.height();
    this.from = columns.from();
    this.count = columns.to() - columns.from();
    this.block = new byte[(swapped ? BLOCK : 1) * 3 * count];
  }

  /** Columns wanted of every row: {@code from} inclusive to {@code to} exclusive. */
  record Columns(int from, int to) {}

  static boolean isSwapped(int orientation) {
    return orientation >= 5;
  }

  /** Reads the wanted columns of a row into {@code rgb}, from its start. Rows may only ascend. */
  void row(int y, byte[] rgb) {
    if (swapped) {
      if (blockStart < 0 || y >= blockStart + blockRows) {
        fillBlock(y);
      }
      System.arraycopy(block, (y - blockStart) * 3 * count, rgb, 0, 3 * count);
      return;
    }
    int storedY = mirrorY ? height - 1 - y : y;
    if (!mirrorX) {
      stored.read(from, storedY, count, rgb, 0);
      return;
    }
    stored.read(width - from - count, storedY, count, block, 0);
    for (int i = 0, back = 3 * (count - 1); i < 3 * count; i += 3, back -= 3) {
      rgb[i] = block[back];
      rgb[i + 1] = block[back + 1];
      rgb[i + 2] = block[back + 2];
    }
  }

  private void fillBlock(int y) {
    blockStart = y;
    blockRows = Math.min(BLOCK, height - y);
    int storedX = mirrorX ? height - y - blockRows : y;
    for (int i = 0; i < count; i++) {
      int seenX = from + i;
      stored.read(storedX, mirrorY ? width - 1 - seenX : seenX, blockRows, segment, 0);
      for (int r = 0; r < blockRows; r++) {
        int source = 3 * (mirrorX ? blockRows - 1 - r : r);
        int to = (r * count + i) * 3;
        block[to] = segment[source];
        block[to + 1] = segment[source + 1];
        block[to + 2] = segment[source + 2];
      }
    }
  }
}
