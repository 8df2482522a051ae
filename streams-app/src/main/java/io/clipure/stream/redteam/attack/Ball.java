package io.clipure.stream.redteam.attack;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The images that a budget allows around an original; pixels in the scale 0..255. */
final class Ball {
  private static final double TINY = 1e-12;

  private final Norm norm;
  private final double radius;

  Ball(Budget budget) {
    this.norm = budget.norm();
    this.radius = budget.radius();
  }

  Norm norm() {
    return norm;
  }

  double radius() {
    return radius;
  }

  /** Moves a point into the ball and the range of pixels, in place. */
  void project(float[] point, float[] original) {
    if (norm == Norm.LINF) {
      float r = (float) radius;
      for (int i = 0; i < point.length; i++) {
        float low = Math.max(0, original[i] - r);
        float high = Math.min(255, original[i] + r);
        point[i] = Math.max(low, Math.min(high, point[i]));
      }
      return;
    }
    double length = distance(point, original);
    double scale = length > radius ? radius / length : 1;
    for (int i = 0; i < point.length; i++) {
      double value = original[i] + scale * (point[i] - original[i]);
      point[i] = (float) Math.max(0, Math.min(255, value));
    }
  }

  /** A step of the given length, in the norm, along the steepest ascent; not projected. */
  float[] ascended(float[] point, float[] gradient, double step) {
    float[] result = new float[point.length];
    double scale = norm == Norm.LINF ? step : step / (length(gradient) + TINY);
    for (int i = 0; i < point.length; i++) {
      double direction = norm == Norm.LINF ? Math.signum(gradient[i]) : gradient[i];
      result[i] = (float) (point[i] + scale * direction);
    }
    return result;
  }

  /** A random point whose distance is {@code share} of the radius, before clipping to pixels. */
  float[] random(float[] original, double share, SplittableRandom random) {
    float[] change = new float[original.length];
    double size = 0;
    for (int i = 0; i < change.length; i++) {
      change[i] = (float) (norm == Norm.LINF ? 2 * random.nextDouble() - 1 : gaussian(random));
      size =
          norm == Norm.LINF
              ? Math.max(size, Math.abs(change[i]))
              : size + (double) change[i] * change[i];
    }
    size = norm == Norm.LINF ? size : Math.sqrt(size);
    float[] point = new float[original.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = (float) (original[i] + share * radius * change[i] / (size + TINY));
    }
    project(point, original);
    return point;
  }

  /** Distance in the norm. */
  double distance(float[] a, float[] b) {
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      size =
          norm == Norm.LINF ? Math.max(size, Math.abs(difference)) : size + difference * difference;
    }
    return norm == Norm.LINF ? size : Math.sqrt(size);
  }

  /** Length of a vector of changes in the norm. */
  double sizeOf(float[] change) {
    return norm == Norm.LINF ? largest(change) : length(change);
  }

  /**
   * The 8-bit image nearest to a point, inside the ball: to the nearest integer, and in L2, where
   * that may step outside, the changes that rounding enlarged most are made one smaller until it
   * does not.
   */
  byte[] rounded(float[] point, float[] original) {
    int[] change = new int[point.length];
    double square = 0;
    for (int i = 0; i < point.length; i++) {
      int value = Math.max(0, Math.min(255, Math.round(point[i])));
      change[i] = value - (int) original[i];
      if (norm == Norm.LINF) {
        int whole = (int) radius;
        change[i] = Math.max(-whole, Math.min(whole, change[i]));
      }
      square += (double) change[i] * change[i];
    }
    if (norm == Norm.L2 && square > radius * radius) {
      shrink(change, square, point, original);
    }
    byte[] image = new byte[point.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) ((int) original[i] + change[i]);
    }
    return image;
  }

  private void shrink(int[] change, double square, float[] point, float[] original) {
    double[] enlarged = new double[change.length];
    for (int i = 0; i < change.length; i++) {
      enlarged[i] = Math.abs(change[i]) - Math.abs(point[i] - original[i]);
    }
    int[] order =
        IntStream.range(0, change.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -enlarged[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double limit = radius * radius;
    double left = square;
    while (left > limit) {
      for (int k = 0; k < order.length && left > limit; k++) {
        int i = order[k];
        if (change[i] != 0) {
          left -= 2.0 * Math.abs(change[i]) - 1;
          change[i] -= Integer.signum(change[i]);
        }
      }
    }
  }

  static double length(float[] vector) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    return Math.sqrt(square);
  }

  private static double largest(float[] vector) {
    double largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Box and Muller; SplittableRandom has nextGaussian, but which algorithm depends on the JDK. */
  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
