package io.clipure.stream.redteam.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Balls around an image, and 8-bit images inside them. */
class BallTest {
  private static final int N = 300;

  private final SplittableRandom random = new SplittableRandom(9);

  private static Budget budget(Norm norm) {
    return norm == Norm.LINF ? new Budget(norm, 3) : new Budget(norm, 0.05);
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void whatIsProjectedAndRoundedIsInside(Norm norm) {
    Ball ball = new Ball(budget(norm));
    for (int trial = 0; trial < 100; trial++) {
      float[] original = image();
      float[] point = image();
      ball.project(point, original);
      assertThat(ball.distance(point, original)).isLessThanOrEqualTo(ball.radius() + 1e-3);
      byte[] rounded = ball.rounded(point, original);
      assertThat(ball.distance(Images.toFloats(rounded), original))
          .isLessThanOrEqualTo(ball.radius() + 1e-9);
      assertThat(ball.distance(Images.toFloats(rounded), point)).isLessThan(ball.radius());
    }
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void aStepHasTheLengthAskedFor(Norm norm) {
    Ball ball = new Ball(budget(norm));
    float[] original = image();
    float[] gradient = image();
    assertThat(ball.distance(ball.ascended(original, gradient, 1.5), original))
        .isEqualTo(1.5, within(1e-3));
  }

  @Test
  void anLInfBudgetIsAWholeNumber() {
    assertThatThrownBy(() -> new Budget(Norm.LINF, 1.5)).hasMessageContaining("whole number");
    assertThatThrownBy(() -> new Budget(Norm.L2, 0)).hasMessageContaining("above 0");
  }

  @Test
  void checkpointsAreThePapers() {
    assertThat(Apgd.checkpoints(100)).isEqualTo(Set.of(22, 41, 57, 70, 80, 87, 93, 99));
  }

  @Test
  void squaresShrinkOnThePapersSchedule() {
    assertThat(Square.share(0, 10_000)).isEqualTo(0.8);
    assertThat(Square.share(11, 10_000)).isEqualTo(0.4);
    assertThat(Square.share(9999, 10_000)).isEqualTo(0.8 / 512);
    assertThat(Square.share(600, 1000)).isEqualTo(0.8 / 128);
  }

  private float[] image() {
    float[] image = new float[N];
    for (int i = 0; i < N; i++) {
      image[i] = random.nextInt(256);
    }
    return image;
  }
}
