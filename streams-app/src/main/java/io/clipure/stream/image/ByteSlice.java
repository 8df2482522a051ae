package io.clipure.stream.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A window on encoded bytes with the integer reads that image headers need. Reads outside the
 * window throw {@link RejectedException} with {@link RejectionReason#CORRUPT_IMAGE}: to a header
 * parser, running off the end means that the file is truncated.
 */
record ByteSlice(byte[] array, int offset, int length) {

  /** The bytes from position to limit: shared where the buffer has an array, else copied once. */
  static ByteSlice of(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      return new ByteSlice(
          buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return new ByteSlice(copy, 0, copy.length);
  }

  int u8(int at) throws RejectedException {
    return array[index(at, 1)] & 0xff;
  }

  int u16be(int at) throws RejectedException {
    int i = index(at, 2);
    return (array[i] & 0xff) << 8 | array[i + 1] & 0xff;
  }

  int u16le(int at) throws RejectedException {
    int i = index(at, 2);
    return array[i] & 0xff | (array[i + 1] & 0xff) << 8;
  }

  int u24le(int at) throws RejectedException {
    int i = index(at, 3);
    return array[i] & 0xff | (array[i + 1] & 0xff) << 8 | (array[i + 2] & 0xff) << 16;
  }

  /** Four bytes, most significant first, as a signed int: callers decide what negative means. */
  int s32be(int at) throws RejectedException {
    return u16be(at) << 16 | u16be(at + 2);
  }

  int s32le(int at) throws RejectedException {
    return u16le(at) | u16le(at + 2) << 16;
  }

  boolean startsWith(int at, String latin1) {
    if (at < 0 || at > length - latin1.length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((array[offset + at + i] & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Part of this window, sharing its bytes. */
  ByteSlice slice(int at, int count) throws RejectedException {
    return new ByteSlice(array, index(at, count), count);
  }

  /** Makes sure that the bytes are there. */
  void require(int at, int count) throws RejectedException {
    index(at, count);
  }

  String latin1(int at, int count) throws RejectedException {
    return new String(array, index(at, count), count, StandardCharsets.ISO_8859_1);
  }

  private int index(int at, int count) throws RejectedException {
    if (at < 0 || count < 0 || at > length - count) {
      throw RejectedException.corrupt(
          "image ends at byte "
              + length
              + " where its structure needs byte "
              + ((long) at + count)
              + "; the file is truncated or damaged, upload it again");
    }
    return offset + at;
  }
}
