package io.clipure.stream.redteam.attack;

import java.util.SplittableRandom;

/**
 * The proposals of the square attack (arXiv 1912.00049, Algorithms 2 and 3) for one image {@code
 * [size, size, 3]}: in Linf a square of ±ε a channel, starting from vertical stripes; in L2 a
 * square that takes the budget of another one and bulges up in one half and down in the other.
 */
final class SquareMoves {
  private static final int CHANNELS = 3;
  private static final int TILES = 5;
  private static final double TINY = 1e-12;

  private final float[] original;
  private final int size;
  private final Ball ball;
  private final SplittableRandom random;

  SquareMoves(float[] original, int size, Ball ball, SplittableRandom random) {
    this.original = original;
    this.size = size;
    this.ball = ball;
    this.random = random;
  }

  /** The starting point. */
  float[] first() {
    return ball.norm() == Norm.LINF ? stripes() : tiles();
  }

  /** A neighbour of the best point so far, with a square of the given share of the pixels. */
  float[] next(float[] best, double share) {
    int side = (int) Math.round(Math.sqrt(share * size * size));
    return ball.norm() == Norm.LINF
        ? square(best, Math.max(1, Math.min(side, size)))
        : moved(best, Math.min(Math.max(side, 3) | 1, size));
  }

  private float[] stripes() {
    float[] point = original.clone();
    for (int column = 0; column < size; column++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        double change = ball.radius() * sign();
        for (int row = 0; row < size; row++) {
          point[at(row, column, channel)] = (float) (point[at(row, column, channel)] + change);
        }
      }
    }
    ball.project(point, original);
    return point;
  }

  private float[] square(float[] best, int side) {
    float[] point = best.clone();
    int top = place(side);
    int left = place(side);
    for (int channel = 0; channel < CHANNELS; channel++) {
      double change = 2 * ball.radius() * sign();
      for (int row = top; row < top + side; row++) {
        for (int column = left; column < left + side; column++) {
          point[at(row, column, channel)] = (float) (point[at(row, column, channel)] + change);
        }
      }
    }
    ball.project(point, original);
    return point;
  }

  private float[] tiles() {
    double[] change = new double[original.length];
    int side = Math.max(1, size / TILES);
    int margin = (size - side * TILES) / 2;
    for (int top = Math.max(0, margin); top + side <= size; top += side) {
      for (int left = Math.max(0, margin); left + side <= size; left += side) {
        double[][] bulge = bulge(side);
        for (int channel = 0; channel < CHANNELS; channel++) {
          int sign = sign();
          for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
              change[at(top + row, left + column, channel)] += sign * bulge[row][column];
            }
          }
        }
      }
    }
    return scaled(change);
  }

  private float[] moved(float[] best, int side) {
    double[] change = new double[best.length];
    double total = 0;
    for (int i = 0; i < change.length; i++) {
      change[i] = (double) best[i] - original[i];
      total += change[i] * change[i];
    }
    int top = place(side);
    int left = place(side);
    int emptyTop = place(side);
    int emptyLeft = place(side);
    double spare = Math.max(0, ball.radius() * ball.radius() - total) / CHANNELS;
    double[][] bulge = bulge(side);
    for (int channel = 0; channel < CHANNELS; channel++) {
      double here = Math.sqrt(square(change, top, left, side, channel, -1, -1));
      double both = here * here + square(change, emptyTop, emptyLeft, side, channel, top, left);
      int sign = sign();
      double[][] fresh = new double[side][side];
      double length = 0;
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          double old = change[at(top + row, left + column, channel)] / (here + TINY);
          fresh[row][column] = sign * bulge[row][column] + old;
          length += fresh[row][column] * fresh[row][column];
        }
      }
      double scale = Math.sqrt(spare + both) / (Math.sqrt(length) + TINY);
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          change[at(emptyTop + row, emptyLeft + column, channel)] = 0;
        }
      }
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          change[at(top + row, left + column, channel)] = scale * fresh[row][column];
        }
      }
    }
    return scaled(change);
  }

  /** Sum of squares in a window of one channel, without what lies in a window of equal side. */
  private double square(
      double[] change, int top, int left, int side, int channel, int skipTop, int skipLeft) {
    double sum = 0;
    for (int row = top; row < top + side; row++) {
      for (int column = left; column < left + side; column++) {
        boolean skipped =
            skipTop >= 0
                && row >= skipTop
                && row < skipTop + side
                && column >= skipLeft
                && column < skipLeft + side;
        double value = skipped ? 0 : change[at(row, column, channel)];
        sum += value * value;
      }
    }
    return sum;
  }

  /** Unit length; one half a pyramid, the other its negative; upright or turned, at random. */
  private double[][] bulge(int side) {
    double[][] upright = new double[side][side];
    pyramid(upright, 0, side / 2, 1);
    pyramid(upright, side / 2, side - side / 2, -1);
    double square = 0;
    for (double[] row : upright) {
      for (double value : row) {
        square += value * value;
      }
    }
    boolean turned = random.nextBoolean();
    double[][] bulge = new double[side][side];
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        double value = turned ? upright[column][row] : upright[row][column];
        bulge[row][column] = value / Math.sqrt(square);
      }
    }
    return bulge;
  }

  /** Rings around the middle, the r-th adding 1/(r+1)², over {@code height} rows; unit length. */
  private static void pyramid(double[][] into, int top, int height, int sign) {
    int width = into.length;
    double square = 0;
    double[][] values = new double[height][width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int ring = Math.max(Math.abs(row - height / 2), Math.abs(column - width / 2));
        int rings = Math.max(height / 2, width / 2) + 1;
        for (int r = ring; r < rings; r++) {
          values[row][column] += 1.0 / ((r + 1.0) * (r + 1.0));
        }
        square += values[row][column] * values[row][column];
      }
    }
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        into[top + row][column] = sign * values[row][column] / Math.sqrt(square);
      }
    }
  }

  /** The change at the whole budget, added and clipped. */
  private float[] scaled(double[] change) {
    double square = 0;
    for (double value : change) {
      square += value * value;
    }
    double scale = ball.radius() / (Math.sqrt(square) + TINY);
    float[] point = new float[change.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = (float) Math.max(0, Math.min(255, original[i] + scale * change[i]));
    }
    return point;
  }

  private int place(int side) {
    return side >= size ? 0 : random.nextInt(size - side + 1);
  }

  private int sign() {
    return random.nextBoolean() ? 1 : -1;
  }

  private int at(int row, int column, int channel) {
    return (row * size + column) * CHANNELS + channel;
  }
}
