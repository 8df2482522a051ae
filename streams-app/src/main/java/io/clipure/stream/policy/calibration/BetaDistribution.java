package io.clipure.stream.policy.calibration;

/**
 * The beta distribution, which the share of a population beyond an order statistic of its sample
 * follows exactly. {@link StrictMath} throughout: the same bits everywhere.
 */
final class BetaDistribution {
  private static final double TINY = 1e-300;
  private static final double PRECISION = 3e-16;
  private static final int MOST_TERMS = 100_000;

  /** Coefficients B₂ₖ / (2k (2k − 1)) of Stirling's series, DLMF 5.11.1. */
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156
  };

  private BetaDistribution() {}

  /** P(X ≤ x) for X ~ Beta(a, b), the regularised incomplete beta function. */
  static double cdf(double x, double a, double b) {
    if (x <= 0) {
      return 0;
    }
    if (x >= 1) {
      return 1;
    }
    // The continued fraction converges fast below this point only.
    return x <= (a + 1) / (a + b + 2) ? fraction(x, a, b) : 1 - fraction(1 - x, b, a);
  }

  /** The x with P(X ≤ x) = p, by bisection to the last bit that matters. */
  static double quantile(double p, double a, double b) {
    double low = 0;
    double high = 1;
    while (true) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (cdf(middle, a, b) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /** DLMF 8.17.22, evaluated by the modified method of Lentz (1976). */
  private static double fraction(double x, double a, double b) {
    double logFront =
        a * StrictMath.log(x)
            + b * StrictMath.log1p(-x)
            - StrictMath.log(a)
            - (logGamma(a) + logGamma(b) - logGamma(a + b));
    double ratio = 1;
    double c = 1;
    double d = 0;
    for (int term = 1; term <= MOST_TERMS; term++) {
      double coefficient = coefficient(term, x, a, b);
      d = 1 / awayFromZero(1 + coefficient * d);
      c = awayFromZero(1 + coefficient / c);
      ratio *= c * d;
      if (Math.abs(c * d - 1) < PRECISION) {
        break;
      }
    }
    return StrictMath.exp(logFront) / ratio;
  }

  private static double coefficient(int term, double x, double a, double b) {
    int m = term / 2;
    return term % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
  }

  private static double awayFromZero(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  /** ln Γ(x) for x &gt; 0: recurrence up to where Stirling's series is exact to double. */
  static double logGamma(double x) {
    double shift = 0;
    double y = x;
    while (y < 12) {
      shift += StrictMath.log(y);
      y++;
    }
    double series = 0;
    double power = 1 / y;
    for (double coefficient : STIRLING) {
      series += coefficient * power;
      power /= y * y;
    }
    return (y - 0.5) * StrictMath.log(y) - y + 0.5 * StrictMath.log(2 * Math.PI) + series - shift;
  }
}
