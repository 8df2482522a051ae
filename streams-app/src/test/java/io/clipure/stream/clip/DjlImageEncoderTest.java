package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DjlImageEncoderTest {
  private static final EncoderOptions ONE_THREAD = EncoderOptions.defaults().withIntraOpThreads(1);

  @TempDir Path directory;

  @Test
  void computesWhatTheGraphSaysForEachImageInOrder() {
    try (ImageEncoder encoder = tiny("image.onnx")) {
      float[][] means = encoder.encode(List.of(plain(4, 51, 102, 255), plain(4, 255, 0, 0)));

      assertThat(means[0]).containsExactly(new float[] {.2f, .4f, 1f}, within(1e-6f));
      assertThat(means[1]).containsExactly(new float[] {1f, 0f, 0f}, within(1e-6f));
    }
  }

  @Test
  void growsFromOneImageToManyAndBack() {
    try (ImageEncoder encoder = tiny("image.onnx")) {
      for (int batch : new int[] {0, 1, 100, 3, 1}) {
        float[][] means = encoder.encode(Collections.nCopies(batch, plain(4, 51, 51, 51)));
        assertThat(means).hasDimensions(batch, batch == 0 ? 0 : 3);
        for (float[] mean : means) {
          assertThat(mean).containsOnly(new float[] {.2f}, within(1e-6f));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 2})
  void anEmbeddingHasTheSameBitsInEveryBatch(int threads) {
    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);
    List<byte[]> images = noise(40, bundle.info().imageSize());
    try (ImageEncoder encoder =
        bundle.openImageEncoder("cpu", EncoderOptions.defaults().withIntraOpThreads(threads))) {
      float[][] together = encoder.encode(images);
      Random random = new Random(7);
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        order.add(i);
      }
      for (int size : new int[] {1, 2, 3, 5, 7, 8, 13, 16, 17, 31, 32, 33}) {
        Collections.shuffle(order, random);
        List<Integer> chosen = order.subList(0, size);
        float[][] mixed = encoder.encode(chosen.stream().map(images::get).toList());
        for (int i = 0; i < size; i++) {
          assertThat(mixed[i]).as("batch of %d", size).isEqualTo(together[chosen.get(i)]);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} images")
  @ValueSource(ints = {1, 2, 7, 8, 9, 20})
  void fixedRowsAreWhatEveryCallHas(int images) {
    ModelBundle bundle = ModelBundle.open(Bundles.tiny(directory, "batch-size.onnx"));
    try (ImageEncoder encoder = bundle.openImageEncoder("cpu", ONE_THREAD.withFixedRows(8))) {
      float[][] rows = encoder.encode(Collections.nCopies(images, plain(4, 1, 2, 3)));

      assertThat(rows).hasNumberOfRows(images);
      for (float[] row : rows) {
        assertThat(row).containsOnly(8f);
      }
    }
  }

  @Test
  void fixedRowsReturnEachImageInOrder() {
    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);
    List<byte[]> images = noise(11, bundle.info().imageSize());
    try (ImageEncoder free = bundle.openImageEncoder("cpu", ONE_THREAD);
        ImageEncoder fixed = bundle.openImageEncoder("cpu", ONE_THREAD.withFixedRows(4))) {
      assertThat(fixed.encode(images)).isDeepEqualTo(free.encode(images));
    }
  }

  @Test
  void severalEncodersWorkSideBySide() throws Exception {
    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);
    List<byte[]> images = noise(4, bundle.info().imageSize());
    ExecutorService workers = Executors.newFixedThreadPool(3);
    try {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int worker = 0; worker < 3; worker++) {
        results.add(
            workers.submit(
                () -> {
                  try (DjlImageEncoder encoder = bundle.openImageEncoder("cpu", ONE_THREAD)) {
                    encoder.warmUp(4);
                    return encoder.encode(images);
                  }
                }));
      }
      float[][] first = results.get(0).get();
      for (Future<float[][]> result : results) {
        assertThat(Arrays.deepEquals(result.get(), first)).isTrue();
      }
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void saysWhatItIs() {
    try (ImageEncoder encoder = tiny("image.onnx")) {
      assertThat(encoder.device()).isEqualTo("cpu");
      assertThat(encoder.imageSize()).isEqualTo(4);
      assertThat(encoder.dimension()).isEqualTo(3);
    }
  }

  @Test
  void anEmbeddingThatIsNotANumberFailsTheBatchAndNamesTheDevice() {
    try (ImageEncoder encoder = tiny("nan.onnx")) {
      assertThatThrownBy(() -> encoder.encode(List.of(plain(4, 1, 2, 3))))
          .isInstanceOf(EncoderException.class)
          .hasMessageContaining("device cpu: embedding 0 of 1 holds NaN or infinity");
    }
  }

  @Test
  void pixelsOfTheWrongSizeAreABugOfTheCaller() {
    try (ImageEncoder encoder = tiny("image.onnx")) {
      assertThatThrownBy(() -> encoder.encode(List.of(new byte[47])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("seen 47 bytes, expected 48");
    }
  }

  @Test
  void aClosedEncoderSaysSo() {
    ImageEncoder encoder = tiny("image.onnx");
    encoder.close();
    encoder.close();

    assertThatThrownBy(() -> encoder.encode(List.of(plain(4, 0, 0, 0))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @ParameterizedTest
  @CsvSource({
    "float-input.onnx, does not take uint8",
    "fixed-batch.onnx, does not take uint8",
    "half.onnx, 'seen output FLOAT16 (2, 3), expected FLOAT (2, 3)'",
    "two-outputs.onnx, 'seen outputs [embedding, extra], expected one named embedding'"
  })
  void refusesAGraphThatIsNotTheOneTheManifestDescribes(String graph, String said) {
    assertRefused(Bundles.tiny(directory, graph), said);
  }

  @Test
  void refusesATextFileNamedOnnx() {
    Bundles.copyOfEmoji(directory);
    Bundles.replace(directory, "image.onnx", "not a graph".getBytes(StandardCharsets.UTF_8));

    assertRefused(directory, "image.onnx: not a graph this ONNX Runtime can load");
  }

  @Test
  void refusesAnotherDimensionThanTheManifests() {
    Bundles.tiny(directory, "image.onnx");
    Bundles.edit(
        directory,
        manifest -> {
          manifest.put("embedding_dim", 4);
          manifest.withArray("blank_anchor").add(0.0);
        });

    assertRefused(directory, "seen output FLOAT (2, 3), expected FLOAT (2, 4)");
  }

  @Test
  void refusesAnotherImageSizeThanTheManifests() {
    Bundles.tiny(directory, "image.onnx");
    Bundles.edit(directory, manifest -> ((ObjectNode) manifest.get("image")).put("size", 5));

    assertRefused(directory, "does not take uint8 (2, 5, 5, 3)");
  }

  @Test
  void refusesAnotherInputNameThanTheManifests() {
    Bundles.tiny(directory, "image.onnx");
    Bundles.edit(directory, manifest -> ((ObjectNode) manifest.get("image")).put("input", "x"));

    assertRefused(directory, "seen inputs [pixels], expected one named x");
  }

  @Test
  void aGpuWithoutCudaFailsLoudlyInsteadOfRunningOnTheProcessor() {
    assertThatThrownBy(() -> ModelBundle.open(Bundles.EMOJI).openImageEncoder("gpu:0", ONE_THREAD))
        .isInstanceOf(EncoderException.class)
        .hasMessageStartingWith("device gpu:0: ")
        .hasMessageContaining("use device cpu")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:0", "gpu:-1", "gpu:01", "CPU", "cpu:0"})
  void refusesADeviceItDoesNotKnow(String device) {
    assertThatThrownBy(() -> ModelBundle.open(Bundles.EMOJI).openImageEncoder(device, ONE_THREAD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device \"%s\": expected cpu or gpu:N, such as gpu:0; name one device for each worker",
            device);
  }

  private void assertRefused(Path bundle, String said) {
    assertThatThrownBy(() -> ModelBundle.open(bundle).openImageEncoder("cpu", ONE_THREAD))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("bundle " + bundle + ": image.onnx: ")
        .hasMessageContaining(said)
        .hasMessageContaining("export the bundle again")
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(600);
  }

  private DjlImageEncoder tiny(String graph) {
    return ModelBundle.open(Bundles.tiny(directory, graph)).openImageEncoder("cpu", ONE_THREAD);
  }

  private static byte[] plain(int size, int red, int green, int blue) {
    byte[] pixels = new byte[size * size * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) red;
      pixels[i + 1] = (byte) green;
      pixels[i + 2] = (byte) blue;
    }
    return pixels;
  }

  private static List<byte[]> noise(int count, int size) {
    Random random = new Random(1);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[size * size * 3];
      random.nextBytes(pixels);
      images.add(pixels);
    }
    return images;
  }
}
