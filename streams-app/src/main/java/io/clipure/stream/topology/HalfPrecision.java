package io.clipure.stream.topology;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * IEEE 754 binary16, rounded to nearest, ties to even. ({@code Float.floatToFloat16} is Java 20.)
 */
public final class HalfPrecision {
  /** The exponent of infinities and NaNs, where a float has its exponent. */
  private static final int INFINITE = 0x7c00 << 13;

  private HalfPrecision() {}

  /** The bits of the nearest half. Too large values become infinite, too small ones zero. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) { // NaN: keep the high payload bits, stay quiet
      return (short) (sign | 0x7e00 | ((magnitude >>> 13) & 0x03ff));
    }
    if (magnitude >= 0x477f_f000) { // from 65520 on, halfway to 2^16, rounds to infinity
      return (short) (sign | 0x7c00);
    }
    if (magnitude >= 0x3880_0000) { // 2^-14 and more: normal; rebias the exponent by 15 - 127
      return (short) (sign | rounded(magnitude - 0x3800_0000, 13));
    }
    if (magnitude < 0x3300_0000) { // below 2^-25
      return (short) sign;
    }
    int shift = 126 - (magnitude >>> 23); // subnormal: a multiple of 2^-24
    return (short) (sign | rounded((magnitude & 0x007f_ffff) | 0x0080_0000, shift));
  }

  /** The value of half bits, exactly. */
  public static float toFloat(short half) {
    int magnitude = (half & 0x7fff) << 13;
    // Scaling by a power of two moves the exponent's bias from 15 to 127, exactly, subnormals too.
    float value =
        magnitude >= INFINITE
            ? magnitude == INFINITE ? Float.POSITIVE_INFINITY : Float.NaN
            : Float.intBitsToFloat(magnitude) * 0x1p112f;
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) | (half & 0x8000) << 16);
  }

  /** A vector as little-endian halves. */
  public static ByteBuffer encode(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      bytes.putShort(fromFloat(value));
    }
    return bytes.flip();
  }

  /** The vector of little-endian halves. */
  public static float[] decode(ByteBuffer halves) {
    ByteBuffer bytes = halves.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] vector = new float[bytes.remaining() / 2];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = toFloat(bytes.getShort());
    }
    return vector;
  }

  /** Shifts right, to nearest, ties to even. */
  private static int rounded(int value, int shift) {
    int half = 1 << (shift - 1);
    int odd = (value >>> shift) & 1;
    return (value + half - 1 + odd) >>> shift;
  }
}
