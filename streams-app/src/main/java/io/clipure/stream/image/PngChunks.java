package io.clipure.stream.image;

import java.util.zip.Inflater;

/**
 * Walks the chunks of a PNG one by one. Nothing is kept of those passed: a file can have a million.
 */
final class PngChunks {
  private final ByteSlice bytes;
  private int at;
  private int next;

  /**
   * Starts before a chunk.
   *
   * @param at index of the chunk's length
   */
  PngChunks(ByteSlice bytes, int at) {
    this.bytes = bytes;
    this.next = at;
  }

  /** Moves on; false behind IEND, or where the file is cut. */
  boolean advance() throws RejectedException {
    if (next < 0 || next > bytes.length() - 8) {
      return false;
    }
    at = next;
    int length = bytes.s32be(at);
    if (length < 0) {
      throw RejectedException.corrupt("PNG chunk has a negative length; the file is damaged");
    }
    // A chunk that is cut may still be of use, but nothing follows it.
    next = length > bytes.length() - at - 12 ? -1 : at + 12 + length;
    return !is("IEND");
  }

  /** Index of the chunk. */
  int at() {
    return at;
  }

  boolean is(String type) {
    return bytes.startsWith(at + 4, type);
  }

  /** The chunk's data, all of it. */
  ByteSlice data() throws RejectedException {
    return bytes.slice(at + 8, bytes.s32be(at));
  }

  /** The chunk's data as far as the file goes. */
  ByteSlice dataThatIsThere() throws RejectedException {
    return bytes.slice(at + 8, lengthThatIsThere());
  }

  /** Hands the chunk's data, as far as the file goes, to an inflater. */
  void feed(Inflater inflater) throws RejectedException {
    inflater.setInput(bytes.array(), bytes.offset() + at + 8, lengthThatIsThere());
  }

  private int lengthThatIsThere() throws RejectedException {
    return Math.min(bytes.s32be(at), bytes.length() - at - 8);
  }
}
