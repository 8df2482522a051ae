package io.clipure.stream.image.hostile;

/**
 * Progressive JPEGs made of nothing but cheap scans: every scan walks every block of the image, and
 * costs its author a few bytes.
 */
final class JpegScans {
  private JpegScans() {}

  /**
   * A file of 8-bit components without subsampling.
   *
   * @param scans scans after the first
   * @param scan header and data of each, see the other methods
   */
  static byte[] progressive(int width, int height, int components, int scans, byte[] scan) {
    ByteWriter out = new ByteWriter().u8(0xff, 0xd8);
    JpegEditor.segment(out, 0xdb, new ByteWriter().u8(0).repeat(64, new byte[] {1}).toBytes());
    ByteWriter frame = new ByteWriter().u8(8).be16(height).be16(width).u8(components);
    for (int i = 1; i <= components; i++) {
      frame.u8(i, 0x11, 0);
    }
    JpegEditor.segment(out, 0xc2, frame.toBytes());
    // One code of one bit each: no difference; and the end of 2^14 blocks.
    JpegEditor.segment(out, 0xc4, oneCode(0x00, 0));
    JpegEditor.segment(out, 0xc4, oneCode(0x10, 0xe0));
    out.bytes(scan(components, 0, 0, 0x01, 0));
    return out.repeat(scans, scan).u8(0xff, 0xd9).toBytes();
  }

  /** One more bit of every DC coefficient; without data, which decoders take as zeros. */
  static byte[] dcRefinement(int components) {
    return scan(components, 0, 0, 0x10, 0);
  }

  /** One more bit of no AC coefficient of the first component: runs of 2^14 blocks. */
  static byte[] acRefinement(long blocks) {
    return scan(1, 1, 63, 0x10, (int) (blocks / 16384 * 15 / 8) + 2);
  }

  /** All AC coefficients of the first component are zero. */
  static byte[] acFirst(long blocks) {
    return scan(1, 1, 63, 0x01, (int) (blocks / 16384 * 15 / 8) + 2);
  }

  private static byte[] scan(int components, int from, int to, int approximation, int data) {
    ByteWriter header = new ByteWriter().u8(components);
    for (int i = 1; i <= components; i++) {
      header.u8(i, 0x00);
    }
    header.u8(from, to, approximation);
    return JpegEditor.segment(new ByteWriter(), 0xda, header.toBytes())
        .bytes(new byte[data])
        .toBytes();
  }

  private static byte[] oneCode(int table, int symbol) {
    return new ByteWriter().u8(table, 1).bytes(new byte[15]).u8(symbol).toBytes();
  }
}
