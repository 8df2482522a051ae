package io.clipure.stream.image;

/** BMP's RLE8 and RLE4 (bottom-up). Pixels that are skipped have index 0. */
final class BmpRunLength {
  private final ByteSlice bytes;
  private final boolean nibbles;
  private int at;

  BmpRunLength(ByteSlice bytes, int at, boolean nibbles) {
    this.bytes = bytes;
    this.at = at;
    this.nibbles = nibbles;
  }

  byte[] decode(int width, int height) throws RejectedException {
    byte[] indexes = new byte[Math.multiplyExact(width, height)];
    int x = 0;
    int y = height - 1;
    while (y >= 0) {
      int count = bytes.u8(at++);
      int value = bytes.u8(at++);
      if (count > 0) {
        for (int i = 0; i < count && x < width; i++) {
          indexes[y * width + x++] = (byte) pick(value, i);
        }
      } else if (value == 0) {
        x = 0;
        y--;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        x = Math.min(width, x + bytes.u8(at++));
        y -= bytes.u8(at++);
      } else {
        int stored = nibbles ? (value + 1) / 2 : value;
        for (int i = 0; i < value && x < width; i++) {
          int packed = bytes.u8(at + (nibbles ? i / 2 : i));
          indexes[y * width + x++] = (byte) pick(packed, i);
        }
        at += stored + (stored & 1);
      }
    }
    return indexes;
  }

  private int pick(int value, int i) {
    if (!nibbles) {
      return value;
    }
    return (i & 1) == 0 ? value >> 4 : value & 15;
  }
}
