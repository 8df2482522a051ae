package io.clipure.stream.policy;

/**
 * A direction and the length of the vector it was made from.
 *
 * @param values the vector divided by its length
 * @param radius the length
 */
record UnitVector(double[] values, double radius) {

  /**
   * Normalises in double precision.
   *
   * @param name what the vector is, for the message
   * @throws IllegalArgumentException if its length is zero or not finite
   */
  static UnitVector of(float[] vector, String name) {
    double[] values = new double[vector.length];
    for (int d = 0; d < values.length; d++) {
      values[d] = vector[d];
    }
    return new UnitVector(values, scaleToUnit(values, name));
  }

  /** As {@link #of}, in place; returns the length before. */
  static double scaleToUnit(double[] values, String name) {
    double radius = StrictMath.sqrt(dot(values, values));
    if (!(radius > 0 && radius < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " has length " + radius + ", expected a finite vector other than zero");
    }
    for (int d = 0; d < values.length; d++) {
      values[d] /= radius;
    }
    return radius;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
