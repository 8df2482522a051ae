package io.clipure.stream.image;

/**
 * Reads one tag, Orientation (0x0112), from the first directory of an Exif (TIFF) block; nothing
 * else of the block is looked at. Broken metadata means "not rotated", never a broken image.
 */
final class ExifOrientation {
  private static final int TAG = 0x0112;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private ExifOrientation() {}

  /**
   * The orientation, 1 to 8.
   *
   * @param tiff the block from its byte-order mark on, with or without "Exif\0\0" before it
   */
  static int of(ByteSlice tiff) {
    try {
      int start = tiff.startsWith(0, "Exif\0\0") ? 6 : 0;
      return read(tiff.slice(start, tiff.length() - start));
    } catch (RejectedException e) {
      return 1;
    }
  }

  private static int read(ByteSlice tiff) throws RejectedException {
    boolean little = tiff.startsWith(0, "II");
    if (!little && !tiff.startsWith(0, "MM") || u16(tiff, 2, little) != 42) {
      return 1;
    }
    int directory = little ? tiff.s32le(4) : tiff.s32be(4);
    int entries = u16(tiff, directory, little);
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (u16(tiff, entry, little) == TAG) {
        int value =
            switch (u16(tiff, entry + 2, little)) {
              case BYTE -> tiff.u8(entry + 8);
              case SHORT -> u16(tiff, entry + 8, little);
              case LONG -> little ? tiff.s32le(entry + 8) : tiff.s32be(entry + 8);
              default -> 1;
            };
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  private static int u16(ByteSlice tiff, int at, boolean little) throws RejectedException {
    return little ? tiff.u16le(at) : tiff.u16be(at);
  }
}
