package io.clipure.stream.image.hostile;

/** Writes a lossless WebP bitstream (RFC 9649, section 3), least significant bit first. */
final class WebpBits {
  private final ByteWriter out = new ByteWriter();
  private long pending;
  private int count;

  WebpBits bits(int value, int bits) {
    pending |= (value & (1L << bits) - 1) << count;
    count += bits;
    while (count >= 8) {
      out.u8((int) pending & 0xff);
      pending >>>= 8;
      count -= 8;
    }
    return this;
  }

  WebpBits header(int width, int height) {
    out.u8(0x2f);
    return bits(width - 1, 14).bits(height - 1, 14).bits(0, 1).bits(0, 3);
  }

  /** A prefix code with the one symbol 0. */
  WebpBits trivialCode() {
    return bits(1, 4);
  }

  /** A prefix code with all symbols to 255 in eight bits each, and none after them. */
  WebpBits byteCode(int alphabet) {
    // Code lengths 0 and 8 get one bit each; the order is 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8.
    bits(0, 1).bits(12 - 4, 4).bits(0, 6).bits(1, 3).bits(0, 24).bits(1, 3).bits(0, 1);
    for (int symbol = 0; symbol < alphabet; symbol++) {
      bits(symbol < 256 ? 1 : 0, 1);
    }
    return this;
  }

  /** A still file around the bits so far. */
  byte[] file() {
    bits(0, 7);
    byte[] stream = out.toBytes();
    int padding = stream.length & 1;
    return new ByteWriter()
        .text("RIFF")
        .le32(12 + stream.length + padding)
        .text("WEBPVP8L")
        .le32(stream.length)
        .bytes(stream)
        .bytes(new byte[padding])
        .toBytes();
  }

  /**
   * An image of one colour whose every tile of 4 x 4 pixels has prefix codes of its own: some
   * kilobytes of tables each, for twenty bits.
   *
   * @param side a multiple of four, at most 1024
   */
  static byte[] manyCodes(int side) {
    int tiles = side / 4 * (side / 4);
    WebpBits bits = new WebpBits().header(side, side).bits(0, 1).bits(0, 1).bits(1, 1).bits(0, 3);
    // The image of code numbers: red is the high byte, green the low byte.
    bits.bits(0, 1).byteCode(280).byteCode(256).trivialCode().trivialCode().trivialCode();
    for (int tile = 0; tile < tiles; tile++) {
      bits.bits(Integer.reverse(tile & 0xff) >>> 24, 8).bits(Integer.reverse(tile >> 8) >>> 24, 8);
    }
    for (int code = 0; code < 5 * tiles; code++) {
      bits.trivialCode();
    }
    return bits.file();
  }
}
