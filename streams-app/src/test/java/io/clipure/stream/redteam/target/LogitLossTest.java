package io.clipure.stream.redteam.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Losses of logits, worked out by hand. */
class LogitLossTest {
  private static final double[] LOGITS = {3, 1, 0, -1};
  private static final boolean[] FIRST = {true, false, false, false};

  private static double loss(Loss loss, boolean[] own, int aim) {
    return LogitLoss.of(loss, LOGITS, own, aim, null);
  }

  @Test
  void valuesAreThoseOfThePapers() {
    double total = Math.exp(3) + Math.exp(1) + 1 + Math.exp(-1);
    assertThat(loss(Loss.CE, FIRST, Goal.ANY))
        .isEqualTo(-Math.log(Math.exp(3) / total), within(1e-12));
    assertThat(loss(Loss.TARGETED_CE, FIRST, 2)).isEqualTo(Math.log(1 / total), within(1e-12));
    assertThat(loss(Loss.DLR, FIRST, Goal.ANY)).isEqualTo(-2.0 / 3, within(1e-9));
    assertThat(loss(Loss.TARGETED_DLR, FIRST, 1)).isEqualTo(-2 / 3.5, within(1e-9));
    assertThat(loss(Loss.MARGIN, FIRST, Goal.ANY)).isEqualTo(-2);
    assertThat(loss(Loss.TARGETED_MARGIN, FIRST, 3)).isEqualTo(-4);
  }

  @Test
  void severalClassesMayBeTheVictimsOwn() {
    boolean[] two = {true, true, false, false};
    double total = Math.exp(3) + Math.exp(1) + 1 + Math.exp(-1);
    assertThat(loss(Loss.CE, two, Goal.ANY))
        .isEqualTo(-Math.log((Math.exp(3) + Math.exp(1)) / total), within(1e-12));
    assertThat(loss(Loss.MARGIN, two, Goal.ANY)).isEqualTo(-3);
  }

  @Test
  void crossEntropyOfACertainImageIsNotRoundedToZero() {
    double[] sure = {60, 0};
    boolean[] own = {true, false};
    double[] slope = new double[2];
    assertThat(LogitLoss.of(Loss.CE, sure, own, Goal.ANY, slope))
        .isEqualTo(Math.exp(-60), within(1e-38));
    assertThat(slope[1]).isEqualTo(Math.exp(-60), within(1e-38));
    assertThat(slope[0]).isEqualTo(-Math.exp(-60), within(1e-38));
  }

  @Test
  void twoOrThreeClassesAreEnough() {
    for (int classes = 2; classes < 4; classes++) {
      double[] logits = Arrays.copyOf(LOGITS, classes);
      boolean[] own = Arrays.copyOf(FIRST, classes);
      assertThat(LogitLoss.of(Loss.DLR, logits, own, Goal.ANY, null)).isNegative();
      assertThat(LogitLoss.of(Loss.TARGETED_DLR, logits, own, 1, null)).isNegative();
    }
  }

  @Test
  void whatCannotBeAttackedIsSaid() {
    assertThatThrownBy(() -> loss(Loss.TARGETED_CE, FIRST, Goal.ANY))
        .hasMessageContaining("aims at class -1");
    boolean[] all = {true, true, true, true};
    assertThatThrownBy(() -> loss(Loss.MARGIN, all, Goal.ANY))
        .hasMessageContaining("nothing to attack");
  }
}
