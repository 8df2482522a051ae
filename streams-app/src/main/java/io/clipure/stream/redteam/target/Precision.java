package io.clipure.stream.redteam.target;

import java.util.Locale;

/** Arithmetic that is emulated by rounding after every operation. */
public enum Precision {
  /** IEEE 754 binary16: 11 significant bits, smallest number 2⁻²⁴, largest 65504. */
  HALF,
  /** binary32. */
  SINGLE,
  /** binary64: Java's own. */
  DOUBLE;

  private static final double HALF_SMALLEST = 0x1p-24;
  private static final double HALF_OVERFLOW = 65520;

  /** The nearest number of this precision, ties to even; gradual underflow, overflow to ∞. */
  public double round(double value) {
    return switch (this) {
      case DOUBLE -> value;
      case SINGLE -> (float) value;
      case HALF -> half(value);
    };
  }

  /** Name in ids and reports: lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double half(double value) {
    double size = Math.abs(value);
    if (!(size < HALF_OVERFLOW)) {
      return Double.isNaN(value) ? value : Math.copySign(Double.POSITIVE_INFINITY, value);
    }
    double unit = Math.max(Math.ulp(size) * 0x1p42, HALF_SMALLEST);
    return Math.rint(value / unit) * unit;
  }
}
