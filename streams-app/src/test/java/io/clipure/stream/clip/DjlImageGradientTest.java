package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient graphs against PyTorch's autograd, and against finite differences of themselves. */
class DjlImageGradientTest {
  private static final EncoderOptions ONE_THREAD = EncoderOptions.defaults().withIntraOpThreads(1);
  private static final JsonNode REFERENCE = reference();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void embeddingsAndGradientsAreThoseOfPyTorchInDoublePrecision(int batch) {
    List<float[]> pixels = reference("pixels").subList(0, batch);
    List<float[]> cotangents = reference("cotangent").subList(0, batch);
    try (ImageGradient tower = tiny()) {
      float[][] embeddings = tower.encode(pixels);
      float[][] gradients = tower.vjp(pixels, cotangents);

      for (int i = 0; i < batch; i++) {
        assertThat(relative(embeddings[i], reference("embedding").get(i))).isLessThan(1e-6);
        assertThat(relative(gradients[i], reference("gradient").get(i))).isLessThan(1e-5);
      }
    }
  }

  @Test
  void theDemosGradientPredictsWhatASmallStepDoesToItsEmbedding() {
    Random random = new Random(4);
    try (ImageGradient tower = demo()) {
      int width = tower.imageSize() * tower.imageSize() * 3;
      float[] pixels = picture(tower.imageSize(), random);
      for (int trial = 0; trial < 4; trial++) {
        float[] cotangent = gaussian(tower.dimension(), random);
        float[] gradient = tower.vjp(List.of(pixels), List.of(cotangent))[0];
        // Half along the gradient and half at random: any direction must do, but one at right
        // angles to the gradient would measure rounding only.
        float[] direction = gaussian(width, random);
        double scale = 0.5 * Math.sqrt(width) / length(gradient);
        float step = 0.02f;
        float[] ahead = pixels.clone();
        float[] behind = pixels.clone();
        for (int i = 0; i < width; i++) {
          direction[i] += (float) (scale * gradient[i]);
          ahead[i] += step * direction[i];
          behind[i] -= step * direction[i];
        }
        float[][] ends = tower.encode(List.of(ahead, behind));
        double difference = (dot(ends[0], cotangent) - dot(ends[1], cotangent)) / (2 * step);

        double predicted = dot(gradient, direction);
        assertThat(difference).isCloseTo(predicted, within(0.01 * Math.abs(predicted)));
      }
    }
  }

  @Test
  void wholeNumbersAreEncodedAsTheServingGraphEncodesThemToTheBit() {
    Random random = new Random(5);
    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);
    try (ImageEncoder serving = bundle.openImageEncoder("cpu", ONE_THREAD);
        ImageGradient tower = demo()) {
      List<byte[]> bytes = new ArrayList<>();
      List<float[]> floats = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        byte[] image = new byte[tower.imageSize() * tower.imageSize() * 3];
        random.nextBytes(image);
        float[] real = new float[image.length];
        for (int p = 0; p < image.length; p++) {
          real[p] = image[p] & 0xff;
        }
        bytes.add(image);
        floats.add(real);
      }

      assertThat(tower.encode(floats)).isDeepEqualTo(serving.encode(bytes));
    }
  }

  @Test
  void batchMatesDoNotChangeAGradient() {
    Random random = new Random(6);
    try (ImageGradient tower = demo()) {
      List<float[]> pixels =
          IntStream.range(0, 7).mapToObj(i -> picture(tower.imageSize(), random)).toList();
      List<float[]> cotangents =
          IntStream.range(0, 7).mapToObj(i -> gaussian(tower.dimension(), random)).toList();
      float[][] together = tower.vjp(pixels, cotangents);

      for (int i = 0; i < together.length; i++) {
        float[] alone = tower.vjp(List.of(pixels.get(i)), List.of(cotangents.get(i)))[0];
        assertThat(relative(alone, together[i])).isLessThan(1e-5);
      }
    }
  }

  @Test
  void aCotangentOfZerosGivesAGradientOfZeros() {
    try (ImageGradient tower = tiny()) {
      float[] gradient =
          tower.vjp(reference("pixels").subList(0, 1), List.of(new float[tower.dimension()]))[0];

      assertThat(gradient).containsOnly(0f);
    }
  }

  @Test
  void anEmptyBatchIsAnEmptyAnswer() {
    try (ImageGradient tower = tiny()) {
      assertThat(tower.encode(List.of())).isEmpty();
      assertThat(tower.vjp(List.of(), List.of())).isEmpty();
    }
  }

  @Test
  void saysWhatItIs() {
    try (ImageGradient tower = tiny()) {
      assertThat(tower.device()).isEqualTo("cpu");
      assertThat(tower.imageSize()).isEqualTo(REFERENCE.get("size").intValue());
      assertThat(tower.dimension()).isEqualTo(REFERENCE.get("dimension").intValue());
    }
  }

  @Test
  void aBundleWithoutAGradientSaysHowToAddOne() {
    Bundles.copyOfEmoji(directory);
    Bundles.edit(directory, manifest -> manifest.remove("gradient"));

    assertRefused(
        "seen no gradient of the image encoder in manifest.json", "models/gradient.py --bundle");
  }

  @Test
  void refusesAForwardGraphInTheGradientsPlace() {
    editGradient(gradient -> gradient.put("vjp", "image-float.onnx"));

    assertRefused(
        "image-float.onnx: seen inputs [pixels], expected [pixels, cotangent] in this order",
        "export the bundle again");
  }

  @Test
  void refusesAGraphOnBytesInTheForwardGraphsPlace() {
    editGradient(gradient -> gradient.put("forward", "image.onnx"));

    assertRefused("image.onnx: does not take float32 (2, 8, 8, 3)", "export the bundle again");
  }

  @Test
  void refusesAGradientOfAnotherName() {
    editGradient(gradient -> gradient.put("gradient", "slope"));

    assertRefused("seen outputs [gradient], expected one named slope", "export the bundle again");
  }

  @Test
  void arraysOfTheWrongSizeAreABugOfTheCaller() {
    List<float[]> pixels = reference("pixels").subList(0, 1);
    try (ImageGradient tower = tiny()) {
      assertThatThrownBy(() -> tower.encode(List.of(new float[191])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("pixels of one image: seen 191 numbers, expected 192");
      assertThatThrownBy(() -> tower.vjp(pixels, List.of(new float[8])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cotangent of one image: seen 8 numbers, expected 9");
      assertThatThrownBy(() -> tower.vjp(pixels, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cotangents: seen 0, expected one for each of 1 images");
    }
  }

  @Test
  void aGradientThatIsNotANumberFailsTheBatchAndNamesTheDevice() {
    float[] cotangent = new float[REFERENCE.get("dimension").intValue()];
    cotangent[0] = Float.NaN;
    try (ImageGradient tower = tiny()) {
      assertThatThrownBy(() -> tower.vjp(reference("pixels").subList(0, 1), List.of(cotangent)))
          .isInstanceOf(EncoderException.class)
          .hasMessageContaining("device cpu: gradient 0 of 1 holds NaN or infinity");
    }
  }

  @Test
  void aClosedGradientSaysSo() {
    ImageGradient tower = tiny();
    tower.close();
    tower.close();

    assertThatThrownBy(() -> tower.encode(List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("image gradient on cpu is closed");
  }

  @Test
  void aGpuWithoutCudaFailsLoudlyInsteadOfRunningOnTheProcessor() {
    assertThatThrownBy(() -> ModelBundle.open(Bundles.EMOJI).openImageGradient("gpu:0", ONE_THREAD))
        .isInstanceOf(EncoderException.class)
        .hasMessageStartingWith("device gpu:0: ")
        .hasMessageContaining("use device cpu");
  }

  private void editGradient(Consumer<ObjectNode> change) {
    Bundles.withTinyGradient(directory);
    Bundles.edit(directory, manifest -> change.accept((ObjectNode) manifest.get("gradient")));
  }

  private void assertRefused(String... said) {
    assertThatThrownBy(() -> ModelBundle.open(directory).openImageGradient("cpu", ONE_THREAD))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("bundle " + directory + ": ")
        .hasMessageContainingAll(said)
        .message()
        .doesNotContain("\n");
  }

  private ImageGradient tiny() {
    Bundles.withTinyGradient(directory);
    return ModelBundle.open(directory).openImageGradient("cpu", ONE_THREAD);
  }

  private static ImageGradient demo() {
    return ModelBundle.open(Bundles.EMOJI).openImageGradient("cpu", ONE_THREAD);
  }

  private static JsonNode reference() {
    try {
      return new ObjectMapper().readTree(Bundles.resource("gradient/reference.json"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<float[]> reference(String field) {
    return StreamSupport.stream(REFERENCE.get("images").spliterator(), false)
        .map(image -> floats(image.get(field)))
        .toList();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).doubleValue();
    }
    return values;
  }

  /** Smooth colours with some noise. */
  private static float[] picture(int size, Random random) {
    float[] phase = gaussian(6, random);
    float[] pixels = new float[size * size * 3];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % 3;
      double x = (double) (i / 3 % size) / size;
      double y = (double) (i / 3 / size) / size;
      double wave = Math.sin(7 * x + 5 * phase[channel]) + Math.cos(9 * y + 5 * phase[3 + channel]);
      pixels[i] = (float) (128 + 50 * wave + 8 * random.nextGaussian());
    }
    return pixels;
  }

  private static float[] gaussian(int length, Random random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
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

  private static double length(float[] values) {
    return Math.sqrt(dot(values, values));
  }

  private static double relative(float[] seen, float[] expected) {
    float[] difference = new float[seen.length];
    for (int i = 0; i < seen.length; i++) {
      difference[i] = seen[i] - expected[i];
    }
    return length(difference) / length(expected);
  }
}
