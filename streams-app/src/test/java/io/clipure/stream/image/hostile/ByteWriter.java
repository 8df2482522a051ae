package io.clipure.stream.image.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds files byte by byte, in either byte order. */
final class ByteWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ByteWriter u8(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  ByteWriter be16(int value) {
    return u8(value >> 8, value);
  }

  ByteWriter be32(int value) {
    return be16(value >> 16).be16(value);
  }

  ByteWriter le16(int value) {
    return u8(value, value >> 8);
  }

  ByteWriter le24(int value) {
    return le16(value).u8(value >> 16);
  }

  ByteWriter le32(int value) {
    return le16(value).le16(value >> 16);
  }

  ByteWriter text(String latin1) {
    return bytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  ByteWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  ByteWriter bytes(byte[] bytes, int from, int to) {
    out.write(bytes, from, to - from);
    return this;
  }

  ByteWriter repeat(int times, byte[] bytes) {
    for (int i = 0; i < times; i++) {
      out.writeBytes(bytes);
    }
    return this;
  }

  int size() {
    return out.size();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  /** A copy with some bytes overwritten. */
  static byte[] patched(byte[] bytes, int at, int... values) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < values.length; i++) {
      copy[at + i] = (byte) values[i];
    }
    return copy;
  }
}
