package io.clipure.stream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PurifyConfigTest {
  @Test
  void cos_is_the_default_and_needs_nothing_of_the_bundle() {
    PurifyConfig config = load(Map.of());
    assertThat(config.method()).isEqualTo(PurifyConfig.Method.COS);
    assertThat(config.problem(Optional.empty())).isEmpty();
  }

  @Test
  void diff_draws_timesteps_900_to_999_unless_told_otherwise() {
    PurifyConfig config = load(Map.of("purify.method", "diff"));
    assertThat(config.timestepMin()).isEqualTo(900);
    assertThat(config.timestepMax()).isEqualTo(999);
    PurifyConfig set =
        load(
            Map.of(
                "purify.method", "diff",
                "purify.diff-timestep-min", "5",
                "purify.diff-timestep-max", "6",
                "purify.diff-noise-draws", "4",
                "purify.diff-seed", "-7"));
    assertThat(set.timestepMin()).isEqualTo(5);
    assertThat(set.timestepMax()).isEqualTo(6);
    assertThat(set.diffNoiseDraws()).contains(4);
    assertThat(set.diffSeed()).contains(-7L);
  }

  @Test
  void diff_is_refused_by_a_bundle_without_a_prior_or_with_a_shorter_one() {
    PurifyConfig config = load(Map.of("purify.method", "diff"));
    assertThat(config.problem(Optional.empty()).orElseThrow())
        .startsWith("purify.method: \"diff\" needs a diffusion prior and the bundle has none");
    assertThat(config.problem(Optional.of(100)).orElseThrow())
        .isEqualTo(
            "purify.diff-timestep-max: 999 is not allowed; expected at most 99, the last of the"
                + " bundle's prior");
    assertThat(config.problem(Optional.of(1_000))).isEmpty();
  }

  @Test
  void what_the_method_would_not_use_is_refused() {
    for (String key : List.of("timestep-min", "timestep-max", "noise-draws", "seed")) {
      assertProblem(
          Map.of("purify.diff-" + key, "7"),
          "purify.diff-%s: is set, but purify.method is \"cos\"".formatted(key));
    }
    assertProblem(
        Map.of("purify.method", "diff", "purify.preset", "off"),
        "purify.preset: \"off\" leaves purify.method nothing to do");
    assertProblem(
        Map.of("purify.method", "diff", "purify.steps", "0"),
        "purify.steps: 0 is not allowed with method diff; expected 1 to 1000");
    assertProblem(
        Map.of("purify.method", "diff", "purify.diff-timestep-max", "899"),
        "purify.diff-timestep-min: 900 is not allowed; expected at most");
    assertProblem(
        Map.of("purify.method", "diff", "purify.diff-noise-draws", "0"),
        "purify.diff-noise-draws: ");
  }

  private static PurifyConfig load(Map<String, String> flags) {
    return AppConfig.load(List.of(ConfigSource.flags(flags))).purify();
  }

  private static void assertProblem(Map<String, String> flags, String start) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> load(flags))
        .withMessageContaining(start);
  }
}
