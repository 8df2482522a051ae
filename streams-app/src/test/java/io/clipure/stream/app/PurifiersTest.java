package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.config.PurifyConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PurifiersTest {
  @Test
  void diff_is_named_with_all_its_settings() {
    assertThat(id(Map.of("purify.method", "diff", "purify.preset", "paper")))
        .isEqualTo(
            "diff(steps=10,step-size=30.0,gradient-norm=sample,timesteps=900-999,noise-draws=1,"
                + "seed=0)");
    assertThat(
            id(
                Map.of(
                    "purify.method", "diff",
                    "purify.steps", "4",
                    "purify.gradient-norm", "none",
                    "purify.diff-timestep-min", "100",
                    "purify.diff-noise-draws", "2",
                    "purify.diff-seed", "9")))
        .isEqualTo(
            "diff(steps=4,step-size=0.01,gradient-norm=none,timesteps=100-999,noise-draws=2,"
                + "seed=9)");
  }

  @Test
  void cos_runs_nothing_on_the_device() {
    assertThat(Purifiers.diff(config(Map.of()))).isEmpty();
    assertThat(id(Map.of())).startsWith("cos(steps=10,");
  }

  private static String id(Map<String, String> flags) {
    return Purifiers.of(config(flags)).id();
  }

  private static PurifyConfig config(Map<String, String> flags) {
    return AppConfig.load(List.of(ConfigSource.flags(flags))).purify();
  }
}
