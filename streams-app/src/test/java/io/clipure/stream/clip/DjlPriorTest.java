package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.purify.DiffPurifier;
import io.clipure.stream.purify.DiffusionSchedule;
import io.clipure.stream.purify.NoiseSource;
import io.clipure.stream.purify.PriorNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The small prior that {@code make_diff_golden.py} exported, against PyTorch. */
class DjlPriorTest {
  private static final List<String> FILES =
      List.of("prior.onnx", "prior-vjp.onnx", "prior.weights");
  private static final DiffGolden GOLDEN = DiffGolden.load();

  @TempDir static Path shared;
  @TempDir Path directory;
  private static DjlPrior prior;

  @BeforeAll
  static void open() throws IOException {
    for (String file : FILES) {
      Files.write(shared.resolve(file), Bundles.resource("prior/" + file));
    }
    prior =
        DjlPrior.open(
            "golden",
            shared,
            section(),
            GOLDEN.dimension(),
            ComputeDevice.parse("cpu"),
            EncoderOptions.defaults().withIntraOpThreads(1));
  }

  @AfterAll
  static void close() {
    prior.close();
  }

  @Test
  void prediction_and_gradient_equal_pytorch() {
    float[][] noised = DiffGolden.floatMatrix(GOLDEN.network().get("noised"));
    float[][] cotangents = DiffGolden.floatMatrix(GOLDEN.network().get("cotangents"));
    long[] timesteps = {0, 950, 999};
    assertClose(prior.predict(noised, timesteps), GOLDEN.network().get("predicted"));
    assertClose(prior.vjp(noised, timesteps, cotangents), GOLDEN.network().get("gradient"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_whole_purification_equals_automatic_differentiation(DiffGolden.Case golden) {
    List<NoiseSource> noise = new ArrayList<>();
    for (int i = 0; i < GOLDEN.embeddings().size(); i++) {
      noise.add(golden.hasDigests() ? golden.imageNoise(i) : golden.noise(i));
    }
    List<DiffPurifier.Purified> purified = purifier(golden).purify(GOLDEN.embeddings(), noise);
    for (int i = 0; i < purified.size(); i++) {
      for (int d = 0; d < GOLDEN.dimension(); d++) {
        assertThat((double) purified.get(i).direction()[d])
            .isCloseTo(golden.purified()[i][d], within(1e-4));
      }
      assertThat(purified.get(i).elbo()).isCloseTo(-golden.firstLoss(i), within(1e-5));
    }
  }

  @Test
  void batch_mates_change_no_bit_of_a_purification() {
    DiffGolden.Case golden = GOLDEN.cases().get(2);
    DiffPurifier purifier = purifier(golden);
    float[] embedding = GOLDEN.embeddings().get(1);
    float[] alone =
        purifier.purify(List.of(embedding), List.of(golden.imageNoise(1))).get(0).direction();
    for (int batch : new int[] {2, 3, 7, 32}) {
      List<float[]> embeddings =
          new ArrayList<>(Collections.nCopies(batch - 1, GOLDEN.embeddings().get(0)));
      List<NoiseSource> noise =
          new ArrayList<>(Collections.nCopies(batch - 1, golden.imageNoise(0)));
      embeddings.add(batch / 2, embedding);
      noise.add(batch / 2, golden.imageNoise(1));
      assertThat(purifier.purify(embeddings, noise).get(batch / 2).direction()).isEqualTo(alone);
    }
  }

  @Test
  void what_does_not_fit_is_refused() {
    float[][] one = {new float[GOLDEN.dimension()]};
    assertThat(prior.predict(new float[0][], new long[0])).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prior.predict(one, new long[] {1_000}))
        .withMessage("timestep is 1000, expected 0 to 999");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prior.predict(one, new long[2]))
        .withMessage("timesteps: seen 2, expected 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prior.vjp(one, new long[1], new float[0][]))
        .withMessage("cotangents: seen 0, expected 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prior.predict(new float[][] {new float[3]}, new long[1]))
        .withMessageContaining("seen 3 numbers, expected 24");
  }

  @Test
  void a_bundle_without_a_prior_says_what_to_do() {
    ModelBundle bundle = bundle(manifest -> {});
    assertThatExceptionOfType(BundleException.class)
        .isThrownBy(() -> bundle.openPrior("cpu", EncoderOptions.defaults()))
        .withMessageContaining("no diffusion prior")
        .withMessageContaining("export_prior.py");
  }

  @Test
  void a_prior_of_another_width_is_refused_when_opened() {
    ModelBundle bundle = bundle(manifest -> addPrior(manifest, prior -> {}));
    assertThat(bundle.inspect().facts()).anyMatch(fact -> fact.name().equals("prior.scale"));
    assertThatExceptionOfType(BundleException.class)
        .isThrownBy(() -> bundle.openPrior("cpu", EncoderOptions.defaults()))
        .withMessageContaining("prior.onnx: does not take")
        .withMessageContaining("export the bundle again");
  }

  @Test
  void the_manifest_s_section_is_read_strictly() {
    refused(prior -> prior.put("predicts", "eps"), "prior.predicts");
    refused(prior -> prior.put("schedule", "linear"), "prior.schedule");
    refused(prior -> prior.put("scale", 0), "prior.scale");
    refused(prior -> prior.put("timesteps", 0), "prior.timesteps");
    refused(prior -> prior.put("vjp_file", "none.onnx"), "prior.vjp_file");
    refused(prior -> prior.put("setps", 3), "prior.setps");
    refused(prior -> prior.remove("conditioning"), "prior.conditioning");
  }

  static List<DiffGolden.Case> cases() {
    return GOLDEN.cases();
  }

  private void refused(Consumer<ObjectNode> change, String field) {
    assertThatExceptionOfType(BundleException.class)
        .isThrownBy(() -> bundle(manifest -> addPrior(manifest, change)))
        .withMessageContaining(field);
  }

  /** A copy of the demo bundle without its prior, if any, and then changed. */
  private ModelBundle bundle(Consumer<ObjectNode> change) {
    try {
      Path copy = Bundles.copyOfEmoji(Files.createTempDirectory(directory, "bundle"));
      Bundles.edit(
          copy,
          manifest -> {
            manifest.remove("prior");
            FILES.forEach(((ObjectNode) manifest.get("files"))::remove);
          });
      for (String file : FILES) {
        Files.copy(shared.resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      Bundles.edit(copy, change);
      return ModelBundle.open(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addPrior(ObjectNode manifest, Consumer<ObjectNode> change) {
    ObjectNode golden = goldenSection();
    ((ObjectNode) manifest.get("files")).setAll((ObjectNode) golden.get("files"));
    ObjectNode prior = (ObjectNode) golden.get("prior");
    change.accept(prior);
    manifest.set("prior", prior);
  }

  private static ObjectNode goldenSection() {
    try {
      return (ObjectNode) new ObjectMapper().readTree(Bundles.resource("prior/prior.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BundleManifest.Prior section() {
    ObjectNode prior = (ObjectNode) goldenSection().get("prior");
    return new BundleManifest.Prior(
        prior.get("architecture").asText(),
        prior.get("provenance").asText(),
        prior.get("file").asText(),
        prior.get("vjp_file").asText(),
        prior.get("input").asText(),
        prior.get("timestep").asText(),
        prior.get("cotangent").asText(),
        prior.get("output").asText(),
        prior.get("gradient").asText(),
        prior.get("timesteps").asInt(),
        prior.get("scale").asDouble(),
        prior.get("conditioning").asText());
  }

  private static DiffPurifier purifier(DiffGolden.Case golden) {
    PriorNetwork network =
        new PriorNetwork() {
          @Override
          public float[][] predict(float[][] noised, long[] timesteps) {
            return prior.predict(noised, timesteps);
          }

          @Override
          public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
            return prior.vjp(noised, timesteps, cotangents);
          }
        };
    return new DiffPurifier(
        golden.settings(), new DiffusionSchedule(prior.timesteps()), prior.scale(), network);
  }

  private static void assertClose(float[][] seen, JsonNode expected) {
    double[][] rows = DiffGolden.matrix(expected);
    for (int i = 0; i < rows.length; i++) {
      for (int d = 0; d < rows[i].length; d++) {
        assertThat((double) seen[i][d]).isCloseTo(rows[i][d], within(1e-5));
      }
    }
  }
}
