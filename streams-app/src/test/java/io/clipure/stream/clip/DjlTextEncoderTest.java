package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DjlTextEncoderTest {
  private static final EncoderOptions ONE_THREAD = EncoderOptions.defaults().withIntraOpThreads(1);

  private static ModelBundle bundle;
  private static TextEncoder encoder;

  @BeforeAll
  static void open() {
    bundle = ModelBundle.open(Bundles.EMOJI);
    encoder = bundle.openTextEncoder("cpu", ONE_THREAD);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  /** The anchor in the manifest was computed by the Python exporter: an independent reference. */
  @Test
  void reproducesTheBlankAnchorOfTheExporter() {
    ModelInfo info = bundle.info();
    List<String> blanks = info.templates().stream().map(t -> t.replace("{}", "")).toList();
    double[] sum = new double[info.dimension()];
    for (float[] embedding : encoder.encode(blanks)) {
      double length = length(embedding);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += embedding[i] / length;
      }
    }
    double length = 0;
    double dot = 0;
    for (int i = 0; i < sum.length; i++) {
      length += sum[i] * sum[i];
      dot += sum[i] * info.anchor()[i];
    }

    assertThat(dot / Math.sqrt(length)).isCloseTo(1, within(1e-6));
  }

  @Test
  void aTextHasTheSameBitsAloneAndAmongManyMoreThanOneBatch() {
    List<String> words = List.copyOf(bundle.knownWords());
    List<String> texts =
        IntStream.range(0, 130).mapToObj(i -> "a photo of " + words.get(i)).toList();

    float[][] together = encoder.encode(texts);

    assertThat(together).hasDimensions(130, bundle.info().dimension());
    for (int i : new int[] {0, 1, 63, 64, 127, 128, 129}) {
      assertThat(encoder.encode(List.of(texts.get(i)))[0]).isEqualTo(together[i]);
    }
    assertThat(together[3]).isNotEqualTo(together[4]);
  }

  @Test
  void manyThreadsMayEncodeAtOnce() throws Exception {
    List<String> texts = List.of("a dog", "a pistol", "an apple");
    float[][] expected = encoder.encode(texts);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        results.add(threads.submit(() -> encoder.encode(texts)));
      }
      for (Future<float[][]> result : results) {
        assertThat(result.get()).isDeepEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void noTextsGiveNoEmbeddings() {
    assertThat(encoder.encode(List.of())).isEmpty();
  }

  @Test
  void reportsEachUnknownWordOnceInOrder() {
    assertThat(encoder.unknownWords("A photo of a Zyzzyva, zyzzyva and a QWXYZ-photo"))
        .containsExactly("zyzzyva", "qwxyz");
  }

  @Test
  void refusesATextGraphThatIsNotOne(@TempDir Path directory) {
    Bundles.copyOfEmoji(directory);
    Bundles.replace(directory, "text.onnx", Bundles.resource("graphs/image.onnx"));

    assertThatThrownBy(() -> ModelBundle.open(directory).openTextEncoder("cpu", ONE_THREAD))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("text.onnx: seen inputs [pixels], expected one named tokens");
  }

  private static double length(float[] vector) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    return Math.sqrt(square);
  }
}
