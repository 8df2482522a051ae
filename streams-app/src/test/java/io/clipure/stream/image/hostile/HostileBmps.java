package io.clipure.stream.image.hostile;

import java.util.List;

/** Bitmaps that lie, bomb or bewilder. */
final class HostileBmps {
  private HostileBmps() {}

  static List<HostileImage> all() {
    Catalogue to = new Catalogue();
    dimensions(to);
    runs(to);
    headers(to);
    return to.images();
  }

  private static void dimensions(Catalogue to) {
    to.kind("pixel bombs");
    to.add(
        "BMP of 65535x65535",
        Catalogue.TOO_MANY_PIXELS,
        () -> bmp(65535, 65535, 24, 0, new byte[9]));
    to.add(
        "BMP of 2147483647x2147483647",
        Catalogue.TOO_MANY_PIXELS,
        () -> bmp(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 0, new byte[9]));
    to.kind("just below the limit");
    to.add(
        "BMP of 3150x3150 without them",
        Catalogue.CORRUPT,
        () -> bmp(3150, 3150, 24, 0, new byte[99]));
    to.add(
        "run-length BMP of 3150x3150 in two bytes",
        Catalogue.VERDICT,
        () -> bmp(3150, 3150, 8, 1, new byte[] {0, 1}));
    to.kind("dimensions");
    int[][] bad = {{0, 1}, {1, 0}, {-1, 1}, {Integer.MIN_VALUE, 1}, {1, Integer.MIN_VALUE}};
    for (int[] size : bad) {
      to.add(
          "BMP of " + size[0] + "x" + size[1],
          Catalogue.CORRUPT,
          () -> bmp(size[0], size[1], 24, 0, new byte[64]));
    }
    to.add("BMP of 2x-3, top-down", Catalogue.VERDICT, () -> bmp(2, -3, 24, 0, new byte[24]));
    to.add("run-length BMP of 2x-3", Catalogue.UNSUPPORTED, () -> bmp(2, -3, 8, 1, new byte[24]));
    to.add("BMP of 2x3, one byte short", Catalogue.ANY, () -> bmp(2, 3, 24, 0, new byte[21]));
  }

  private static void runs(Catalogue to) {
    to.kind("BMP runs");
    for (int coding = 1; coding <= 2; coding++) {
      int depth = coding == 1 ? 8 : 4;
      int compression = coding;
      String name = "RLE" + depth + ": ";
      to.add(
          name + "no end",
          Catalogue.CORRUPT,
          () -> bmp(9, 9, depth, compression, new byte[] {9, 1}));
      to.add(
          name + "a run over the edge",
          Catalogue.VERDICT,
          () -> bmp(9, 9, depth, compression, new byte[] {-1, 1, -1, 2, 0, 1}));
      to.add(
          name + "a jump outside",
          Catalogue.VERDICT,
          () -> bmp(9, 9, depth, compression, new byte[] {0, 2, -1, -1, 5, 5, 0, 1}));
      to.add(
          name + "a jump to the right, then a run",
          Catalogue.VERDICT,
          () -> bmp(9, 9, depth, compression, new byte[] {0, 2, -1, 0, 5, 5, 0, 1}));
      to.add(
          name + "a jump without its target",
          Catalogue.CORRUPT,
          () -> bmp(9, 9, depth, compression, new byte[] {0, 2, 1}));
      to.add(
          name + "255 literals of which 2 are there",
          Catalogue.CORRUPT,
          () -> bmp(999, 9, depth, compression, new byte[] {0, -1, 1, 2}));
      to.add(
          name + "lines without end",
          Catalogue.VERDICT,
          () -> bmp(9, 9, depth, compression, new byte[4096]));
      to.add(
          name + "8 million empty runs",
          Catalogue.CORRUPT,
          () ->
              bmp(
                  9,
                  9,
                  depth,
                  compression,
                  new ByteWriter().repeat(4 << 20, new byte[] {0, 2, 0, 0}).toBytes()));
      to.add(
          name + "runs that write one place over and over",
          Catalogue.CORRUPT,
          () -> bmp(9, 9, depth, compression, HostileJpegs.filled(16 << 20, 255)));
    }
  }

  private static void headers(Catalogue to) {
    to.kind("BMP structure");
    for (int depth : new int[] {0, 2, 3, 5, 48, 64, 65535}) {
      to.add(
          "BMP of " + depth + " bits",
          Catalogue.UNSUPPORTED,
          () -> bmp(2, 2, depth, 0, new byte[99]));
    }
    for (int compression : new int[] {4, 5, 7, 11, -1}) {
      to.add(
          "compression " + compression,
          Catalogue.UNSUPPORTED,
          () -> bmp(2, 2, 24, compression, new byte[99]));
    }
    for (int header : new int[] {0, 11, 13, 39, 41, 128, -1, Integer.MAX_VALUE}) {
      to.add(
          "a header of " + header + " bytes",
          Catalogue.UNSUPPORTED,
          () -> le32(bmp(2, 2, 24, 0, new byte[99]), 14, header));
    }
    for (int offset : new int[] {0, 1, 13, 1 << 30, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      to.add(
          "pixels at " + offset,
          Catalogue.ANY,
          () -> le32(bmp(2, 2, 24, 0, new byte[99]), 10, offset));
      to.add(
          "runs at " + offset,
          Catalogue.ANY,
          () -> le32(bmp(2, 2, 8, 1, new byte[99]), 10, offset));
      to.add(
          "a palette and pixels at " + offset,
          Catalogue.ANY,
          () -> le32(bmp(2, 2, 4, 0, new byte[99]), 10, offset));
    }
    for (int colours : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 257}) {
      to.add(
          "a palette of " + colours + " colours",
          Catalogue.VERDICT,
          () -> le32(bmp(2, 2, 8, 0, new byte[99]), 46, colours));
    }
    int[] masks = {0, -1, 1, 0x80000000, 0x00ff00ff, 0x7fffffff};
    for (int mask : masks) {
      to.add(
          "masks " + Integer.toHexString(mask),
          Catalogue.VERDICT,
          () ->
              bmp(
                  2,
                  2,
                  32,
                  3,
                  new ByteWriter()
                      .le32(mask)
                      .le32(mask)
                      .le32(mask)
                      .bytes(HostileJpegs.filled(64, 0xa5))
                      .toBytes()));
    }
    to.add(
        "an embedded JPEG",
        Catalogue.UNSUPPORTED,
        () -> bmp(77, 53, 0, 4, Originals.read("jpeg-420.jpg")));
  }

  private static byte[] bmp(int width, int height, int depth, int compression, byte[] data) {
    boolean palette = depth == 4 || depth == 8;
    int colours = palette ? 1 << depth : 0;
    int pixelsAt = 54 + 4 * colours;
    return new ByteWriter()
        .text("BM")
        .le32(pixelsAt + data.length)
        .le32(0)
        .le32(pixelsAt)
        .le32(40)
        .le32(width)
        .le32(height)
        .le16(1)
        .le16(depth)
        .le32(compression)
        .le32(data.length)
        .le32(0)
        .le32(0)
        .le32(0)
        .le32(0)
        .bytes(new byte[4 * colours])
        .bytes(data)
        .toBytes();
  }

  private static byte[] le32(byte[] bytes, int at, int value) {
    return ByteWriter.patched(bytes, at, value, value >> 8, value >> 16, value >> 24);
  }
}
