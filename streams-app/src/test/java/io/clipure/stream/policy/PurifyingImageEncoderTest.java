package io.clipure.stream.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.purify.DiffPurifier;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.DiffusionSchedule;
import io.clipure.stream.purify.ImageNoise;
import io.clipure.stream.purify.OnDevicePurifier;
import io.clipure.stream.purify.PriorNetwork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PurifyingImageEncoderTest {
  private static final long SEED = 3;
  private final List<String> closed = new ArrayList<>();
  private final DiffPurifier purifier =
      new DiffPurifier(
          DiffPurifierSettings.PUBLISHED, new DiffusionSchedule(1_000), 2, new Halving());
  private final PurifyingImageEncoder encoder =
      new PurifyingImageEncoder(new Pixels(), purifier, SEED, () -> closed.add("prior"));

  @Test
  void every_view_is_purified_with_noise_of_its_image_and_number() {
    ImageViews two = new ImageViews(List.of(pixels(1), pixels(2)), new byte[] {1});
    ImageViews one = new ImageViews(List.of(pixels(1)), new byte[] {2});

    List<ImageEmbeddings> encoded = encoder.encodeViews(List.of(two, one));

    assertThat(encoded.get(0).views()).isDeepEqualTo(new float[][] {floats(1), floats(2)});
    assertThat(encoded.get(0).purified()[0]).isEqualTo(purified(1, new byte[] {1}, 0));
    assertThat(encoded.get(0).purified()[1]).isEqualTo(purified(2, new byte[] {1}, 1));
    assertThat(encoded.get(1).purified()[0]).isEqualTo(purified(1, new byte[] {2}, 0));
    assertThat(encoded.get(0).purified()[0]).isNotEqualTo(encoded.get(1).purified()[0]);
    assertThat(encoded.get(0).elbo()).hasSize(2);
    assertThat(encoded.get(0).elbo()[0]).isNegative();
  }

  @Test
  void an_image_alone_and_again_gives_the_same() {
    ImageViews image = new ImageViews(List.of(pixels(4)), new byte[] {4});
    ImageViews mate = new ImageViews(List.of(pixels(5)), new byte[] {5});
    float[] alone = encoder.encodeViews(List.of(image)).get(0).purified()[0];
    assertThat(encoder.encodeViews(List.of(mate, image)).get(1).purified()[0]).isEqualTo(alone);
  }

  @Test
  void an_embedding_of_zeros_is_left_to_the_judge_and_harms_no_mate() {
    ImageViews dead = new ImageViews(List.of(pixels(0)), new byte[] {1});
    ImageViews mate = new ImageViews(List.of(pixels(5)), new byte[] {5});
    List<ImageEmbeddings> encoded = encoder.encodeViews(List.of(dead, mate));
    assertThat(encoded.get(0).purified()[0]).isEqualTo(new float[3]);
    assertThat(encoded.get(1).purified()[0]).isEqualTo(purified(5, new byte[] {5}, 0));
  }

  @Test
  void it_is_the_encoder_it_wraps_and_closes_both() {
    assertThat(encoder.device()).isEqualTo("cpu");
    assertThat(encoder.imageSize()).isEqualTo(1);
    assertThat(encoder.dimension()).isEqualTo(3);
    assertThat(encoder.encode(List.of(pixels(7)))).isDeepEqualTo(new float[][] {floats(7)});
    encoder.warmUp(4);
    encoder.close();
    assertThat(closed).containsExactly("encoder", "prior");
  }

  @Test
  void an_embedding_that_missed_the_device_is_not_judged_as_purified() {
    OnDevicePurifier onDevice = new OnDevicePurifier(purifier.id());
    assertThat(onDevice.id()).startsWith("diff(steps=10,");
    assertThatIllegalStateException()
        .isThrownBy(() -> onDevice.purify(0.5))
        .withMessageContaining("came without its purified one");
  }

  private float[] purified(int value, byte[] digest, int view) {
    return purifier
        .purify(List.of(floats(value)), List.of(new ImageNoise(SEED, digest, view)))
        .get(0)
        .direction();
  }

  private static byte[] pixels(int value) {
    return new byte[] {(byte) value, (byte) (value * 2), 0};
  }

  private static float[] floats(int value) {
    return new float[] {value, value * 2, 0};
  }

  /** Embeds an image of one pixel as its colour. */
  private final class Pixels implements ImageEncoder {
    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public int imageSize() {
      return 1;
    }

    @Override
    public int dimension() {
      return 3;
    }

    @Override
    public float[][] encode(List<byte[]> pixels) {
      return pixels.stream()
          .map(rgb -> new float[] {rgb[0], rgb[1], rgb[2]})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {
      closed.add("encoder");
    }
  }

  /** A linear prior. */
  private static final class Halving implements PriorNetwork {
    @Override
    public float[][] predict(float[][] noised, long[] timesteps) {
      float[][] half = new float[noised.length][3];
      for (int i = 0; i < noised.length; i++) {
        for (int d = 0; d < 3; d++) {
          half[i][d] = noised[i][d] / 2;
        }
      }
      return half;
    }

    @Override
    public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
      return predict(cotangents, timesteps);
    }
  }
}
