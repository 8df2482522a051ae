package io.clipure.stream.image;

import java.util.BitSet;

/**
 * Counts the prefix codes of a lossless WebP bitstream, before anything is decoded (RFC 9649,
 * sections 3 to 6).
 *
 * <p>Every tile of 4 x 4 pixels may name one of 65536 sets of five codes. A set costs twenty bits
 * in the file and kilobytes in libwebp, which has no limit of its own: 295 KB held 364 MB. Which
 * sets are named stands in a small image before the pixels; only it, and what lies before it, is
 * read. Copies and cached colours repeat what literal pixels said, so these alone are looked at.
 */
final class WebpCodes {
  /** Encoders make some hundreds, libwebp 2600 at most. */
  private static final int MOST_SETS = 8192;

  /** libwebp numbers sets without a gap from here on, and drops those that no tile names. */
  private static final int DENSE_SETS = 1000;

  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private final ByteSlice bytes;
  private long bit;

  private WebpCodes(ByteSlice bytes, int at) {
    this.bytes = bytes;
    this.bit = 8L * at;
  }

  /**
   * Most bytes that libwebp holds for the codes.
   *
   * @param stream the chunk of the bitstream, with its header
   * @throws RejectedException if the stream is damaged so early, or has too many codes
   */
  static long heldBytes(ByteSlice stream, int width, int height) throws RejectedException {
    return new WebpCodes(stream, 8 + 5).heldBytes(width, height);
  }

  private long heldBytes(int width, int height) throws RejectedException {
    int columns = width;
    int seen = 0;
    while (bits(1) != 0) {
      int transform = bits(2);
      if ((seen & 1 << transform) != 0) {
        throw damaged("a transform twice");
      }
      seen |= 1 << transform;
      if (transform < 2) {
        int tile = bits(3) + 2;
        skipImage(tiles(columns, tile), tiles(height, tile), null);
      } else if (transform == 3) {
        int colours = bits(8) + 1;
        skipImage(colours, 1, null);
        columns = tiles(columns, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
      }
    }
    int cached = cachedColours();
    int sets = 1;
    if (bits(1) != 0) {
      int tile = bits(3) + 2;
      BitSet named = new BitSet();
      skipImage(tiles(columns, tile), tiles(height, tile), named);
      sets = named.length() <= DENSE_SETS ? named.length() : named.cardinality();
    }
    if (sets > MOST_SETS) {
      throw new RejectedException(
          RejectionReason.TOO_MUCH_MEMORY,
          "WebP has "
              + sets
              + " sets of prefix codes, at most "
              + MOST_SETS
              + " are allowed, and encoders make hundreds; save the image again");
    }
    // Look-up tables of four bytes an entry: with first-level tables of eight bits, five codes of
    // at most 15 bits need fewer entries than this, and one more for each cached colour.
    return sets * (4L * (3000 + cached) + 600);
  }

  private static int tiles(int pixels, int bits) {
    return pixels + (1 << bits) - 1 >> bits;
  }

  private int cachedColours() throws RejectedException {
    if (bits(1) == 0) {
      return 0;
    }
    int bits = bits(4);
    if (bits < 1 || bits > 11) {
      throw damaged("a colour cache of " + bits + " bits");
    }
    return 1 << bits;
  }

  /**
   * Reads over an image that has one set of codes.
   *
   * @param named receives the red and green of all literal pixels and of the initial cache, as one
   *     number; may be null
   */
  private void skipImage(int width, int height, BitSet named) throws RejectedException {
    int cached = cachedColours();
    PrefixCode green = readCode(LITERALS + LENGTHS + cached);
    PrefixCode red = readCode(LITERALS);
    PrefixCode blue = readCode(LITERALS);
    PrefixCode alpha = readCode(LITERALS);
    PrefixCode distance = readCode(DISTANCES);
    if (named != null) {
      named.set(0);
    }
    long pixels = (long) width * height;
    while (pixels > 0) {
      int symbol = decode(green);
      if (symbol < LITERALS) {
        int high = decode(red);
        decode(blue);
        decode(alpha);
        if (named != null) {
          named.set(high << 8 | symbol);
        }
        pixels--;
      } else if (symbol < LITERALS + LENGTHS) {
        pixels -= prefixed(symbol - LITERALS);
        prefixed(decode(distance));
      } else {
        pixels--;
      }
    }
  }

  private long prefixed(int symbol) throws RejectedException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = symbol - 2 >> 1;
    return ((2L + (symbol & 1)) << extra) + bits(extra) + 1;
  }

  private PrefixCode readCode(int alphabet) throws RejectedException {
    int[] lengths = new int[alphabet];
    if (bits(1) != 0) {
      boolean two = bits(1) != 0;
      int first = bits(bits(1) == 0 ? 1 : 8);
      int second = two ? bits(8) : first;
      if (Math.max(first, second) >= alphabet) {
        throw damaged("a code for a symbol that there is not");
      }
      lengths[first] = 1;
      lengths[second] = 1;
    } else {
      readLengths(lengths);
    }
    return PrefixCode.of(lengths);
  }

  private void readLengths(int[] lengths) throws RejectedException {
    int[] ofLengths = new int[LENGTH_ORDER.length];
    int count = bits(4) + 4;
    for (int i = 0; i < count; i++) {
      ofLengths[LENGTH_ORDER[i]] = bits(3);
    }
    PrefixCode code = PrefixCode.of(ofLengths);
    int left = bits(1) == 0 ? lengths.length : 2 + bits(2 + 2 * bits(3));
    if (left > lengths.length) {
      throw damaged("more code lengths than symbols");
    }
    int previous = 8;
    for (int symbol = 0; symbol < lengths.length && left > 0; left--) {
      int length = decode(code);
      if (length < 16) {
        lengths[symbol++] = length;
        previous = length == 0 ? previous : length;
      } else {
        int repeat = length == 16 ? 3 + bits(2) : length == 17 ? 3 + bits(3) : 11 + bits(7);
        if (symbol + repeat > lengths.length) {
          throw damaged("more code lengths than symbols");
        }
        for (int i = 0; i < repeat; i++) {
          lengths[symbol++] = length == 16 ? previous : 0;
        }
      }
    }
  }

  private int decode(PrefixCode code) throws RejectedException {
    if (code.single() >= 0) {
      return code.single();
    }
    int value = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length < code.counts().length; length++) {
      value |= bits(1);
      int count = code.counts()[length];
      if (value - first < count) {
        return code.symbols()[index + value - first];
      }
      index += count;
      first = first + count << 1;
      value <<= 1;
    }
    throw damaged("a code that means nothing");
  }

  /** The next bits, the first of them least significant; at most 24. */
  private int bits(int count) throws RejectedException {
    int value = 0;
    for (int done = 0; done < count; ) {
      int at = (int) (bit & 7);
      int n = Math.min(8 - at, count - done);
      value |= (bytes.u8((int) (bit >> 3)) >> at & (1 << n) - 1) << done;
      done += n;
      bit += n;
    }
    return value;
  }

  private static RejectedException damaged(String what) {
    return RejectedException.corrupt("WebP has " + what + "; the file is damaged, upload it again");
  }

  /**
   * A canonical prefix code.
   *
   * @param counts symbols of each code length
   * @param symbols symbols by code length, then by value
   * @param single the only symbol, which takes no bits; -1 where there are more
   */
  private record PrefixCode(int[] counts, int[] symbols, int single) {
    private static final int MOST_BITS = 15;

    static PrefixCode of(int[] lengths) throws RejectedException {
      int[] counts = new int[MOST_BITS + 1];
      int[] symbols = new int[lengths.length];
      int used = 0;
      long space = 0;
      for (int length = 1; length <= MOST_BITS; length++) {
        for (int symbol = 0; symbol < lengths.length; symbol++) {
          if (lengths[symbol] == length) {
            symbols[used++] = symbol;
            counts[length]++;
            space += 1L << MOST_BITS - length;
          }
        }
      }
      if (used == 1) {
        return new PrefixCode(counts, symbols, symbols[0]);
      }
      if (space != 1L << MOST_BITS) {
        throw damaged("a prefix code that is not complete");
      }
      return new PrefixCode(counts, symbols, -1);
    }
  }
}
