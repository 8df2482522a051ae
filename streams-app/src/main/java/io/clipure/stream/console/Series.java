package io.clipure.stream.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Arrays;

/** The last so many values of something, oldest first; NaN: not known. Used by one thread. */
final class Series {
  private final double[] values;

  Series(int length) {
    values = new double[length];
    Arrays.fill(values, Double.NaN);
  }

  void add(double value) {
    System.arraycopy(values, 1, values, 0, values.length - 1);
    values[values.length - 1] = value;
  }

  /** Adds to the newest value. */
  void addToLast(double value) {
    double last = values[values.length - 1];
    values[values.length - 1] = Double.isNaN(last) ? value : last + value;
  }

  /** Adds those of another, value by value. */
  void addAll(Series other) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(other.values[i])) {
        values[i] = other.values[i] + (Double.isNaN(values[i]) ? 0 : values[i]);
      }
    }
  }

  /** Mean of those known among the newest so many; NaN: none is. */
  double mean(int newest) {
    return Arrays.stream(values)
        .skip(values.length - newest)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  /** Sum of those known. */
  double sum() {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).sum();
  }

  double last() {
    return values[values.length - 1];
  }

  void writeTo(ArrayNode array) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        array.addNull();
      } else {
        array.add(rounded(value));
      }
    }
  }

  /** Four digits are more than a line of thirty pixels shows. */
  static double rounded(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return 0;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }
}
