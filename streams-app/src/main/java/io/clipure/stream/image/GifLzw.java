package io.clipure.stream.image;

/** GIF's variable-width LZW over data sub-blocks (GIF89a, appendix F). */
final class GifLzw {
  private static final int MOST_CODES = 4096;

  /** Held while decoding: prefixes, suffixes and the stack. */
  static final int TABLE_BYTES = 5 * MOST_CODES;

  private final ByteSlice bytes;
  private int at;
  private int blockEnd;
  private int bits;
  private int bitCount;

  private byte[] canvas;
  private int origin;
  private int rowStride;
  private int width;
  private int height;
  private boolean interlaced;
  private int x;
  private int y;
  private int pass;

  /**
   * Starts at the byte that holds the minimum code size.
   *
   * @param at index of that byte
   */
  GifLzw(ByteSlice bytes, int at) {
    this.bytes = bytes;
    this.at = at;
    this.blockEnd = -1;
  }

  /** Decodes the frame into its place on the canvas, until every pixel is there. */
  void decode(byte[] canvas, int origin, int rowStride, int width, int height, boolean interlaced)
      throws RejectedException {
    this.canvas = canvas;
    this.origin = origin;
    this.rowStride = rowStride;
    this.width = width;
    this.height = height;
    this.interlaced = interlaced;
    int rootBits = bytes.u8(at++);
    blockEnd = at;
    if (rootBits < 1 || rootBits > 11) {
      throw RejectedException.corrupt(
          "GIF code size is " + rootBits + ", expected 1 to 11; the file is damaged");
    }
    int clear = 1 << rootBits;
    short[] prefix = new short[MOST_CODES];
    byte[] suffix = new byte[MOST_CODES];
    byte[] stack = new byte[MOST_CODES + 1];
    int width1 = rootBits + 1;
    int next = clear + 2;
    int previous = -1;
    byte first = 0;
    while (y < height) {
      int code = readCode(width1);
      if (code == clear) {
        width1 = rootBits + 1;
        next = clear + 2;
        previous = -1;
        continue;
      }
      if (code == clear + 1) {
        throw early();
      }
      boolean known = code < next;
      if (previous < 0 ? code >= clear : code > next) {
        throw RejectedException.corrupt(
            "GIF has a code that is not in its table; the file is damaged");
      }
      int depth = 0;
      int walk = code;
      if (!known) {
        stack[depth++] = first;
        walk = previous;
      }
      while (walk >= clear) {
        stack[depth++] = suffix[walk];
        walk = prefix[walk];
      }
      first = (byte) walk;
      stack[depth++] = first;
      if (previous >= 0 && next < MOST_CODES) {
        prefix[next] = (short) previous;
        suffix[next++] = first;
        if (next == 1 << width1 && width1 < 12) {
          width1++;
        }
      }
      previous = code;
      while (depth > 0 && y < height) {
        put(stack[--depth]);
      }
    }
  }

  private void put(byte index) {
    canvas[origin + y * rowStride + x] = index;
    if (++x < width) {
      return;
    }
    x = 0;
    if (!interlaced) {
      y++;
      return;
    }
    y += pass == 0 ? 8 : 16 >> pass;
    while (y >= height && pass < 3) {
      pass++;
      y = 8 >> pass;
    }
  }

  private int readCode(int width1) throws RejectedException {
    while (bitCount < width1) {
      if (at == blockEnd) {
        int size = bytes.u8(at++);
        if (size == 0) {
          throw early();
        }
        blockEnd = at + size;
      }
      bits |= bytes.u8(at++) << bitCount;
      bitCount += 8;
    }
    int code = bits & (1 << width1) - 1;
    bits >>>= width1;
    bitCount -= width1;
    return code;
  }

  private static RejectedException early() {
    return RejectedException.corrupt(
        "GIF image data ends early; the file is truncated or damaged, upload it again");
  }
}
