package io.clipure.stream.purify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clipure.stream.clip.DiffGolden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageNoiseTest {
  private static final byte[] DIGEST = new byte[32];

  @Test
  void draws_equal_those_of_an_independent_generator() {
    DiffGolden golden = DiffGolden.load();
    DiffGolden.Case drawn = golden.cases().get(2);
    for (int image = 0; image < golden.embeddings().size(); image++) {
      NoiseSource expected = drawn.noise(image);
      NoiseSource seen = drawn.imageNoise(image);
      for (int step = 0; step < drawn.settings().steps(); step++) {
        for (int draw = 0; draw < drawn.settings().noiseDraws(); draw++) {
          assertThat(seen.timestep(step, draw, 900, 999))
              .isEqualTo(expected.timestep(step, draw, 900, 999));
          assertThat(seen.gaussian(step, draw, golden.dimension()))
              .containsExactly(expected.gaussian(step, draw, golden.dimension()), within(1e-12));
        }
      }
    }
  }

  @Test
  void the_same_draw_asked_again_in_any_order_is_the_same() {
    ImageNoise noise = new ImageNoise(5, DIGEST, 0);
    double[] first = noise.gaussian(3, 1, 7);
    noise.timestep(0, 0, 0, 9);
    assertThat(noise.gaussian(3, 1, 7)).isEqualTo(first);
    assertThat(new ImageNoise(5, DIGEST, 0).gaussian(3, 1, 7)).isEqualTo(first);
    assertThat(noise.gaussian(3, 1, 5)).isEqualTo(Arrays.copyOf(first, 5));
  }

  @Test
  void seed_digest_view_step_and_draw_each_change_the_noise() {
    double[] noise = new ImageNoise(5, DIGEST, 0).gaussian(0, 0, 4);
    byte[] other = DIGEST.clone();
    other[31] = 1;
    assertThat(new ImageNoise(6, DIGEST, 0).gaussian(0, 0, 4)).isNotEqualTo(noise);
    assertThat(new ImageNoise(5, other, 0).gaussian(0, 0, 4)).isNotEqualTo(noise);
    assertThat(new ImageNoise(5, DIGEST, 1).gaussian(0, 0, 4)).isNotEqualTo(noise);
    assertThat(new ImageNoise(5, DIGEST, 0).gaussian(1, 0, 4)).isNotEqualTo(noise);
    assertThat(new ImageNoise(5, DIGEST, 0).gaussian(0, 1, 4)).isNotEqualTo(noise);
  }

  @Test
  void gaussians_are_standard_and_timesteps_fill_their_range() {
    ImageNoise noise = new ImageNoise(1, DIGEST, 0);
    double[] values = noise.gaussian(0, 0, 40_000);
    assertThat(Arrays.stream(values).average().orElseThrow()).isCloseTo(0, within(0.02));
    assertThat(Arrays.stream(values).map(v -> v * v).average().orElseThrow())
        .isCloseTo(1, within(0.03));
    boolean[] seen = new boolean[10];
    for (int step = 0; step < 500; step++) {
      seen[noise.timestep(step, 0, 990, 999) - 990] = true;
    }
    assertThat(seen).doesNotContain(false);
  }
}
