package io.clipure.stream.policy.calibration;

/**
 * Logistic regression with a ridge penalty, by Newton's method (iteratively reweighted least
 * squares). Minimises Σ aᵢ·log(1 + exp(−yᵢ·(b + w·xᵢ))) + λ/2·‖w‖², y = ±1, with Σ aᵢ = 1 and each
 * class holding half of it, so that neither side wins by numbers. The penalty keeps the weights
 * finite where the classes can be told apart without error; the constant term is not penalised.
 */
final class RidgeLogistic {
  private static final int MOST_STEPS = 100;
  private static final double PRECISION = 1e-10;

  private RidgeLogistic() {}

  /**
   * Fits.
   *
   * @param negatives {@code [images, features]}, at least one row
   * @param positives the same, at least one row
   * @param ridge λ, above 0
   * @return the constant term, then the weights: {@code [1 + features]}
   */
  static double[] fit(double[][] negatives, double[][] positives, double ridge) {
    int size = negatives[0].length + 1;
    double[] solution = new double[size];
    double loss = loss(solution, negatives, positives, ridge);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = new double[size];
      double[][] hessian = new double[size][size];
      accumulate(solution, negatives, -1, gradient, hessian);
      accumulate(solution, positives, 1, gradient, hessian);
      double steepest = 0;
      for (int j = 0; j < size; j++) {
        double penalty = j == 0 ? 0 : ridge;
        gradient[j] += penalty * solution[j];
        // A saturated fit has no curvature left in the constant term.
        hessian[j][j] += j == 0 ? 1e-12 : penalty;
        steepest = Math.max(steepest, Math.abs(gradient[j]));
      }
      if (steepest < PRECISION) {
        break;
      }
      double[] direction = Cholesky.solve(hessian, gradient);
      double length = 1;
      double[] next = moved(solution, direction, length);
      double nextLoss = loss(next, negatives, positives, ridge);
      while (nextLoss > loss && length > 1e-10) {
        length /= 2;
        next = moved(solution, direction, length);
        nextLoss = loss(next, negatives, positives, ridge);
      }
      if (nextLoss >= loss) {
        break;
      }
      solution = next;
      loss = nextLoss;
    }
    return solution;
  }

  private static double[] moved(double[] from, double[] direction, double length) {
    double[] to = from.clone();
    for (int j = 0; j < to.length; j++) {
      to[j] -= length * direction[j];
    }
    return to;
  }

  private static double loss(double[] solution, double[][] off, double[][] on, double ridge) {
    double penalty = 0;
    for (int j = 1; j < solution.length; j++) {
      penalty += ridge / 2 * solution[j] * solution[j];
    }
    return penalty + meanLoss(solution, off, -1) / 2 + meanLoss(solution, on, 1) / 2;
  }

  private static double meanLoss(double[] solution, double[][] rows, int sign) {
    double sum = 0;
    for (double[] row : rows) {
      double margin = sign * linear(solution, row);
      sum += Math.max(0, -margin) + StrictMath.log1p(StrictMath.exp(-Math.abs(margin)));
    }
    return sum / rows.length;
  }

  private static void accumulate(
      double[] solution, double[][] rows, int sign, double[] gradient, double[][] hessian) {
    double weight = 0.5 / rows.length;
    for (double[] row : rows) {
      double wrong = sigmoid(-sign * linear(solution, row));
      double curvature = weight * wrong * (1 - wrong);
      for (int j = 0; j < solution.length; j++) {
        double xj = j == 0 ? 1 : row[j - 1];
        gradient[j] -= weight * sign * wrong * xj;
        for (int k = 0; k <= j; k++) {
          double xk = k == 0 ? 1 : row[k - 1];
          hessian[j][k] += curvature * xj * xk;
        }
      }
    }
  }

  private static double linear(double[] solution, double[] row) {
    double sum = solution[0];
    for (int j = 0; j < row.length; j++) {
      sum += solution[j + 1] * row[j];
    }
    return sum;
  }

  static double sigmoid(double x) {
    double small = StrictMath.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + small) : small / (1 + small);
  }
}
