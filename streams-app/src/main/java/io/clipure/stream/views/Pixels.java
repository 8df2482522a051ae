package io.clipure.stream.views;

/** What views of {@code [size, size, 3]} pixels have in common. */
final class Pixels {
  private Pixels() {}

  /**
   * Checks the length of an array.
   *
   * @throws IllegalArgumentException if it is not {@code size · size · 3}
   */
  static void check(int length, int size) {
    if (size < 1 || length != size * size * 3) {
      throw new IllegalArgumentException(
          "pixels hold " + length + " values, expected " + size + " x " + size + " x 3");
    }
  }

  /** The nearest coordinate inside the picture. */
  static int clamp(int coordinate, int size) {
    return Math.max(0, Math.min(size - 1, coordinate));
  }

  /** The nearest 8-bit value; halves go up. */
  static byte round(double value) {
    return (byte) Math.max(0, Math.min(255, (int) Math.floor(value + 0.5)));
  }
}
