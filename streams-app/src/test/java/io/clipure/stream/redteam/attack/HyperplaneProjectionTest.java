package io.clipure.stream.redteam.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Projections onto a hyperplane inside the range of pixels, against their optimality conditions.
 */
class HyperplaneProjectionTest {
  private static final int N = 40;

  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void lInfMovesEveryHelpfulCoordinateEquallyFarOrToTheEdge() {
    for (int trial = 0; trial < 200; trial++) {
      float[] point = point();
      float[] normal = normal();
      double gap = reachable(point, normal, random.nextDouble(-0.95, 0.95));
      float[] change = HyperplaneProjection.change(Norm.LINF, point, normal, gap);
      assertThat(dot(normal, change)).isEqualTo(gap, within(1e-3 * (1 + Math.abs(gap))));
      double most = 0;
      for (float c : change) {
        most = Math.max(most, Math.abs(c));
      }
      for (int i = 0; i < N; i++) {
        double room = normal[i] * gap > 0 ? 255 - point[i] : point[i];
        assertThat((double) Math.abs(change[i]))
            .isEqualTo(normal[i] == 0 ? 0 : Math.min(most, room), within(1e-3));
      }
    }
  }

  @Test
  void l2MovesInProportionToTheNormalOrToTheEdge() {
    for (int trial = 0; trial < 200; trial++) {
      float[] point = point();
      float[] normal = normal();
      double gap = reachable(point, normal, random.nextDouble(-0.95, 0.95));
      float[] change = HyperplaneProjection.change(Norm.L2, point, normal, gap);
      assertThat(dot(normal, change)).isEqualTo(gap, within(1e-3 * (1 + Math.abs(gap))));
      double multiplier = 0;
      for (int i = 0; i < N; i++) {
        multiplier = Math.max(multiplier, normal[i] == 0 ? 0 : Math.abs(change[i] / normal[i]));
      }
      for (int i = 0; i < N; i++) {
        double room = normal[i] * gap > 0 ? 255 - point[i] : point[i];
        assertThat((double) Math.abs(change[i]))
            .isEqualTo(Math.min(multiplier * Math.abs(normal[i]), room), within(1e-3));
      }
    }
  }

  @Test
  void goesToTheNearestCornerWhereTheHyperplaneIsOutOfReach() {
    float[] change =
        HyperplaneProjection.change(Norm.L2, new float[] {250, 5}, new float[] {1, -1}, 1000);
    assertThat(change).containsExactly(5, -5);
  }

  @Test
  void staysWhereItIsWithoutADirection() {
    assertThat(HyperplaneProjection.change(Norm.LINF, new float[] {9}, new float[] {0}, 3))
        .containsExactly(0);
  }

  private double reachable(float[] point, float[] normal, double share) {
    double reach = 0;
    for (int i = 0; i < N; i++) {
      reach += Math.abs(normal[i]) * (normal[i] * share > 0 ? 255 - point[i] : point[i]);
    }
    return share * reach;
  }

  private float[] point() {
    float[] point = new float[N];
    for (int i = 0; i < N; i++) {
      point[i] = random.nextInt(256);
    }
    return point;
  }

  private float[] normal() {
    float[] normal = new float[N];
    for (int i = 0; i < N; i++) {
      normal[i] = i % 9 == 0 ? 0 : (float) random.nextDouble(-1, 1);
    }
    return normal;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
