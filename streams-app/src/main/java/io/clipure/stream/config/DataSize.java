package io.clipure.stream.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as {@code 20MiB}, {@code 512KiB}, {@code 1GiB} or plain bytes.
 *
 * @param bytes at least 0
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\s*(B|KiB|MiB|GiB|TiB)?");
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  /** Checks the sign. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a data size is at least 0 bytes, seen " + bytes);
    }
  }

  /** {@code count} times 2^20 bytes. */
  public static DataSize mebibytes(long count) {
    return new DataSize(Math.multiplyExact(count, 1L << 20));
  }

  /**
   * Parses the forms above.
   *
   * @throws IllegalArgumentException if the text is none of them or exceeds a long
   */
  public static DataSize parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a data size");
    }
    long factor = 1;
    for (int i = 0; matcher.group(2) != null && !UNITS[i].equals(matcher.group(2)); i++) {
      factor <<= 10;
    }
    try {
      return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("beyond a long", e);
    }
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The form {@link #parse} reads, in the largest unit that divides it. */
  @Override
  public String toString() {
    int unit = 0;
    long count = bytes;
    while (count != 0 && count % 1024 == 0 && unit < UNITS.length - 1) {
      count /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(count) : count + UNITS[unit];
  }
}
