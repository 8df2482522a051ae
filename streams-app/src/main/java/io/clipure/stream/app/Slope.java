package io.clipure.stream.app;

/**
 * A straight line through points by least squares.
 *
 * @param perUnit its slope, y per unit of x
 * @param error standard error of the slope, as if the points were independent of each other
 */
record Slope(double perUnit, double error) {
  /** Of points whose y is a number; NaN for fewer than three. */
  static Slope of(double[] x, double[] y) {
    int n = 0;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      if (!Double.isNaN(y[i])) {
        n++;
        meanX += (x[i] - meanX) / n;
        meanY += (y[i] - meanY) / n;
      }
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      if (!Double.isNaN(y[i])) {
        xx += (x[i] - meanX) * (x[i] - meanX);
        xy += (x[i] - meanX) * (y[i] - meanY);
        yy += (y[i] - meanY) * (y[i] - meanY);
      }
    }
    if (n < 3 || xx == 0) {
      return new Slope(Double.NaN, Double.NaN);
    }
    double residual = Math.max(0, yy - xy * xy / xx);
    return new Slope(xy / xx, Math.sqrt(residual / (n - 2) / xx));
  }
}
