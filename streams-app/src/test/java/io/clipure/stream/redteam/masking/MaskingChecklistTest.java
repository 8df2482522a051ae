package io.clipure.stream.redteam.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.redteam.masking.Finding.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which measurements raise a warning. */
class MaskingChecklistTest {
  private static Rate rate(int successes) {
    return new Rate(successes, 200);
  }

  @Test
  void aWeakerAttackThatBeatsAStrongerOneIsAWarning() {
    assertThat(MaskingChecklist.singleStepVersusIterative(rate(90), rate(60)).status())
        .isEqualTo(Status.WARN);
    assertThat(MaskingChecklist.blackBoxVersusWhiteBox(rate(90), rate(60)).status())
        .isEqualTo(Status.WARN);
    assertThat(MaskingChecklist.transferVersusAdaptive(rate(12), rate(4)).status())
        .isEqualTo(Status.WARN);
  }

  @Test
  void aDifferenceInsideTheErrorOfMeasurementIsNone() {
    assertThat(MaskingChecklist.transferVersusAdaptive(rate(5), rate(4)).status())
        .isEqualTo(Status.PASS);
    assertThat(MaskingChecklist.singleStepVersusIterative(rate(60), rate(60)).status())
        .isEqualTo(Status.PASS);
  }

  @Test
  void anUnboundedAttackMustSucceedOnEveryImage() {
    assertThat(MaskingChecklist.unboundedReachesAll(rate(200)).status()).isEqualTo(Status.PASS);
    assertThat(MaskingChecklist.unboundedReachesAll(rate(197)).status()).isEqualTo(Status.WARN);
  }

  @Test
  void successMustGrowWithTheBudget() {
    assertThat(MaskingChecklist.growsWithBudget(List.of(rate(10), rate(40), rate(39))).status())
        .isEqualTo(Status.PASS);
    assertThat(MaskingChecklist.growsWithBudget(List.of(rate(10), rate(80), rate(40))).status())
        .isEqualTo(Status.WARN);
  }

  @Test
  void gradientsThatAreZeroOrFarBelowTheUndefendedOnesAreAWarning() {
    double[] plain = {1, 2, 3};
    assertThat(MaskingChecklist.gradientsVanish(new double[] {1, 0.5, 2}, plain).status())
        .isEqualTo(Status.PASS);
    assertThat(MaskingChecklist.gradientsVanish(new double[] {1, 0, 2}, plain).status())
        .isEqualTo(Status.WARN);
    Finding tiny = MaskingChecklist.gradientsVanish(new double[] {1e-14, 2e-14, 3e-14}, plain);
    assertThat(tiny.status()).isEqualTo(Status.WARN);
    assertThat(tiny.figures())
        .isEqualTo(
            "0.0 % of 3 gradients are exactly zero, their median length is 2.00e-14 (2.00"
                + " undefended)");
  }

  @Test
  void theAttackMustBeStrongAndFinished() {
    assertThat(MaskingChecklist.breaksUndefended(rate(190), 0.95).status()).isEqualTo(Status.PASS);
    assertThat(MaskingChecklist.breaksUndefended(rate(189), 0.95).status()).isEqualTo(Status.WARN);
    assertThat(MaskingChecklist.effortSuffices(rate(20), rate(26), 0.03).status())
        .isEqualTo(Status.PASS);
    assertThat(MaskingChecklist.effortSuffices(rate(20), rate(27), 0.03).status())
        .isEqualTo(Status.WARN);
  }

  @Test
  void aRateNeedsImages() {
    assertThatThrownBy(() -> new Rate(0, 0)).hasMessageContaining("at least one image");
  }
}
