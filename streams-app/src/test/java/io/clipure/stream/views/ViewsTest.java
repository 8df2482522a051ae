package io.clipure.stream.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the figures of make_views_golden.py, which shares no code with this. */
class ViewsTest {
  private static final JsonNode GOLDEN = golden();
  private static final int SIZE = GOLDEN.get("size").asInt();

  static JsonNode golden() {
    try (InputStream file = ViewsTest.class.getResourceAsStream("/views/golden.json")) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<View> views() {
    return Stream.of(
        new Shift(2, -1), new Shift(0, 3), new Blur(), new Crop(2), new DctQuantisation(75));
  }

  private static byte[] image() throws IOException {
    return GOLDEN.get("image").binaryValue();
  }

  private static View named(String name) {
    return switch (name) {
      case "shift:2,-1" -> new Shift(2, -1);
      case "blur" -> new Blur();
      case "crop2" -> new Crop(2);
      default -> new DctQuantisation(75);
    };
  }

  @Test
  void bytes_are_those_of_the_independent_implementation() throws IOException {
    var names = GOLDEN.get("views").fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      assertThat(named(name).apply(image(), SIZE))
          .as(name)
          .isEqualTo(GOLDEN.get("views").get(name).binaryValue());
    }
  }

  @Test
  void quantisation_is_what_a_jpeg_codec_does_but_for_the_codecs_own_rounding() throws IOException {
    byte[] codec = GOLDEN.get("pillowJpeg").binaryValue();
    byte[] ours = new DctQuantisation(75).apply(image(), SIZE);
    double sum = 0;
    for (int i = 0; i < ours.length; i++) {
      sum += Math.abs((ours[i] & 0xFF) - (codec[i] & 0xFF));
    }
    assertThat(sum / ours.length).isLessThan(1.2);
  }

  @ParameterizedTest
  @MethodSource("views")
  void real_valued_pixels_give_the_same_within_the_rounding(View view) throws IOException {
    byte[] image = image();
    byte[] before = image.clone();
    float[] values = new float[image.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = image[i] & 0xFF;
    }
    float[] real = view.apply(values, SIZE);
    byte[] rounded = view.apply(image, SIZE);
    for (int i = 0; i < real.length; i++) {
      assertThat((double) (rounded[i] & 0xFF)).isCloseTo(real[i], within(0.5001));
    }
    assertThat(image).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("views")
  void the_adjoint_is_the_transpose(View view) {
    if (view instanceof DctQuantisation) {
      return; // not linear: see below
    }
    Random random = new Random(5);
    float[] x = gaussian(random);
    float[] y = gaussian(random);
    assertThat(dot(view.apply(x, SIZE), y)).isCloseTo(dot(x, view.adjoint(y, SIZE)), within(1e-3));
  }

  @Test
  void quantisation_passes_gradients_straight_through() {
    float[] gradient = gaussian(new Random(1));
    assertThat(new DctQuantisation(75).adjoint(gradient, SIZE)).isEqualTo(gradient);
  }

  @Test
  void a_flat_picture_survives_every_view() {
    byte[] flat = new byte[SIZE * SIZE * 3];
    java.util.Arrays.fill(flat, (byte) 200);
    views()
        .filter(view -> !(view instanceof DctQuantisation))
        .forEach(view -> assertThat(view.apply(flat, SIZE)).isEqualTo(flat));
  }

  @Test
  void pixels_of_another_size_are_refused() {
    assertThatThrownBy(() -> new Shift(1, 0).apply(new byte[12], 3))
        .hasMessage("pixels hold 12 values, expected 3 x 3 x 3");
    assertThatThrownBy(() -> new Crop(2).apply(new byte[48], 4))
        .hasMessage("a margin of 2 leaves nothing of 4 pixels");
    assertThatThrownBy(() -> new DctQuantisation(0)).hasMessageContaining("expected 1 to 100");
  }

  @Test
  void views_have_names() {
    assertThat(views().map(View::id))
        .isEqualTo(List.of("shift(+2,-1)", "shift(+0,+3)", "blur", "crop(2)", "dct(75)"));
  }

  private static float[] gaussian(Random random) {
    float[] values = new float[SIZE * SIZE * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
