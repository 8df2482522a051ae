package io.clipure.stream.redteam.attack;

/**
 * The smallest change d, in a norm, that takes a point t onto a hyperplane ⟨w, t + d⟩ = b without
 * leaving the range of pixels 0..255 (Croce and Hein 2020, arXiv 1907.02044, eq. 3).
 *
 * <p>Every coordinate that can help moves the way that helps, by min(λ, room) in Linf and
 * min(λ·|w|, room) in L2, where room is how far it is from the range's end. What that gains, Σ
 * |w|·move, is concave, rising and piecewise linear in λ, so Newton's method from 0 finds the λ
 * that gains |b − ⟨w, t⟩| from below in finitely many steps, without sorting.
 */
final class HyperplaneProjection {
  private static final int MAX_STEPS = 100;

  private HyperplaneProjection() {}

  /**
   * The change; where the hyperplane is out of reach, the corner nearest to it.
   *
   * @param gap b − ⟨w, t⟩
   */
  static float[] change(Norm norm, float[] point, float[] normal, double gap) {
    int n = point.length;
    double[] room = new double[n];
    double[] rate = new double[n];
    for (int i = 0; i < n; i++) {
      double direction = normal[i] * gap;
      room[i] = direction > 0 ? 255 - point[i] : direction < 0 ? point[i] : 0;
      rate[i] = direction == 0 ? 0 : norm == Norm.LINF ? 1 : Math.abs(normal[i]);
    }
    double multiplier = multiplier(normal, room, rate, Math.abs(gap));
    float[] change = new float[n];
    for (int i = 0; i < n; i++) {
      double size = rate[i] == 0 ? 0 : Math.min(multiplier * rate[i], room[i]);
      change[i] = (float) (Math.signum(normal[i] * gap) * size);
    }
    return change;
  }

  private static double multiplier(double[] room, double[] rate, double[] weight, double needed) {
    double multiplier = 0;
    for (int k = 0; k < MAX_STEPS; k++) {
      double gained = 0;
      double slope = 0;
      for (int i = 0; i < room.length; i++) {
        double move = multiplier * rate[i];
        if (move < room[i]) {
          gained += weight[i] * move;
          slope += weight[i] * rate[i];
        } else if (rate[i] > 0) {
          gained += weight[i] * room[i];
        }
      }
      if (slope == 0) {
        return needed - gained > 1e-9 * needed ? Double.MAX_VALUE : multiplier;
      }
      double next = multiplier + (needed - gained) / slope;
      if (!(next > multiplier * (1 + 1e-12))) {
        return multiplier;
      }
      multiplier = next;
    }
    return multiplier;
  }

  private static double multiplier(float[] normal, double[] room, double[] rate, double needed) {
    double[] weight = new double[normal.length];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = Math.abs(normal[i]);
    }
    return multiplier(room, rate, weight, needed);
  }
}
