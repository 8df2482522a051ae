package io.clipure.stream.purify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.clip.DiffGolden;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiffusionScheduleTest {
  private final DiffusionSchedule schedule = new DiffusionSchedule(1_000);

  @Test
  void the_cosine_schedule_equals_the_reference() {
    for (Map.Entry<Integer, Double> reference : DiffGolden.load().alphasCumulative().entrySet()) {
      double signal = schedule.signal(reference.getKey());
      assertThat(signal * signal).isCloseTo(reference.getValue(), within(1e-12));
    }
  }

  @Test
  void signal_and_noise_share_the_variance_and_signal_only_falls() {
    for (int t = 0; t < 1_000; t++) {
      double signal = schedule.signal(t);
      double noise = schedule.noise(t);
      assertThat(signal * signal + noise * noise).isCloseTo(1, within(1e-15));
      assertThat(signal).isPositive().isLessThan(t == 0 ? 1 : schedule.signal(t - 1));
    }
  }

  @Test
  void no_steps_are_no_schedule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DiffusionSchedule(0))
        .withMessage("diffusion timesteps is 0, expected at least 1");
  }
}
