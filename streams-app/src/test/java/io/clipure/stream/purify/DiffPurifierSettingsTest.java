package io.clipure.stream.purify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DiffPurifierSettingsTest {
  @Test
  void the_id_names_every_setting() {
    assertThat(DiffPurifierSettings.PUBLISHED.id())
        .isEqualTo(
            "diff(steps=10,step-size=30.0,gradient-norm=sample,timesteps=900-999,noise-draws=1,"
                + "seed=0)");
  }

  @Test
  void what_is_out_of_range_is_refused_by_name() {
    refused("steps is 0, expected 1 to 1000", 0, 1, 0, 9, 1);
    refused("steps is 1001, expected 1 to 1000", 1_001, 1, 0, 9, 1);
    refused("step size is -1.0, expected a finite number of at least 0", 1, -1, 0, 9, 1);
    refused("step size is NaN, expected a finite number of at least 0", 1, Double.NaN, 0, 9, 1);
    refused("least timestep is -1, expected at least 0", 1, 1, -1, 9, 1);
    refused("most timestep is 8, expected at least the least timestep 9", 1, 1, 9, 8, 1);
    refused("noise draws is 0, expected 1 to 64", 1, 1, 0, 9, 0);
    refused("noise draws is 65, expected 1 to 64", 1, 1, 0, 9, 65);
  }

  private static void refused(
      String message, int steps, double size, int least, int most, int draws) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new DiffPurifierSettings(steps, size, GradientNorm.SAMPLE, least, most, draws, 0))
        .withMessage("CLIPure-Diff " + message);
  }
}
