package io.clipure.stream.purify;

/** Plain vector arithmetic for expectations. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  static double[] combine(double alpha, double[] a, double beta, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = alpha * a[i] + beta * b[i];
    }
    return sum;
  }

  static double[] unit(double[] a) {
    return combine(1 / norm(a), a, 0, a);
  }
}
