package io.clipure.stream.image.hostile;

import java.util.LinkedHashMap;
import java.util.Map;

/** Broken Exif blocks (TIFF directories); an image with one is judged as if it had none. */
final class ExifBlocks {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private ExifBlocks() {}

  static byte[] entry(int tag, int type, int count, int value) {
    return new ByteWriter().le16(tag).le16(type).le32(count).le32(value).toBytes();
  }

  static Map<String, byte[]> all() {
    Map<String, byte[]> blocks = new LinkedHashMap<>();
    for (int orientation : new int[] {0, 9, 255, 65535}) {
      blocks.put(
          "orientation " + orientation, directory(entry(ORIENTATION, SHORT, 1, orientation)));
    }
    blocks.put("orientation -1 as long", directory(entry(ORIENTATION, LONG, 1, -1)));
    blocks.put("orientation of type 99", directory(entry(ORIENTATION, 99, 1, 6)));
    blocks.put("four thousand million orientations", directory(entry(ORIENTATION, SHORT, -1, 6)));
    blocks.put("nothing", new byte[0]);
    blocks.put("byte order alone", new ByteWriter().text("II").toBytes());
    blocks.put("unknown byte order", new ByteWriter().text("XX*\0").le32(8).toBytes());
    blocks.put("a directory at itself", header(0));
    blocks.put("a directory outside", header(1 << 30));
    blocks.put("a directory at -1", header(-1));
    blocks.put("a directory at the smallest offset", header(Integer.MIN_VALUE));
    blocks.put("a directory at the largest offset", header(Integer.MAX_VALUE));
    blocks.put(
        "65535 entries of which none is there",
        new ByteWriter().bytes(header(8)).le16(65535).toBytes());
    blocks.put(
        "directories that chain in a loop",
        new ByteWriter()
            .bytes(header(8))
            .le16(1)
            .bytes(entry(0x8769, LONG, 1, 8))
            .le32(8)
            .toBytes());
    return blocks;
  }

  private static byte[] header(int offset) {
    return new ByteWriter().text("II*\0").le32(offset).toBytes();
  }

  private static byte[] directory(byte[] entry) {
    return new ByteWriter().bytes(header(8)).le16(1).bytes(entry).le32(0).toBytes();
  }
}
