package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelBundleTest {
  @TempDir Path directory;

  @Test
  void tellsTheRestOfTheServiceWhatTheManifestSays() throws Exception {
    JsonNode manifest =
        new ObjectMapper().readTree(Bundles.EMOJI.resolve("manifest.json").toFile());

    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);

    ModelInfo info = bundle.info();
    assertThat(info.name()).isEqualTo(manifest.get("name").asText());
    assertThat(info.imageSize()).isEqualTo(manifest.get("image").get("size").asInt());
    assertThat(info.dimension()).isEqualTo(manifest.get("embedding_dim").asInt());
    assertThat(info.logitScale()).isEqualTo(manifest.get("logit_scale").asDouble());
    assertThat(info.anchor()).hasSize(info.dimension());
    assertThat(info.templates()).hasSize(manifest.get("templates").size());
    assertThat(bundle.knownWords()).contains("photo").hasSize(manifest.get("vocabulary").size());
  }

  @Test
  void digestIsThatOfTheManifestAndNothingElse() throws Exception {
    byte[] manifest = Files.readAllBytes(Bundles.EMOJI.resolve("manifest.json"));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(manifest);

    assertThat(ModelBundle.open(Bundles.EMOJI).digest())
        .isEqualTo("%064x", new BigInteger(1, digest));
  }

  @Test
  void callersCannotChangeTheAnchor() {
    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);
    Arrays.fill(bundle.info().anchor(), 0f);

    assertThat(bundle.info().anchor()).doesNotContain(new float[bundle.info().dimension()]);
    assertThat(bundle.info().anchor()[0]).isNotZero();
  }

  @Test
  void inspectionNamesLicenceVocabularyFilesAndDigests() {
    ModelBundle bundle = ModelBundle.open(Bundles.EMOJI);

    assertThat(bundle.inspect().facts())
        .extracting(BundleInspection.Fact::name)
        .contains(
            "license",
            "provenance",
            "vocabulary",
            "gradient",
            "file.image.onnx",
            "evaluation.clean_top1");
    assertThat(bundle.inspect().facts())
        .contains(new BundleInspection.Fact("digest", bundle.digest()))
        .anyMatch(fact -> fact.value().endsWith("verified"));
  }

  @Test
  void anUncalibratedBundleWithAnOpenVocabularyIsFine() {
    Bundles.copyOfEmoji(directory);
    Bundles.edit(
        directory,
        manifest -> {
          manifest.putNull("calibration");
          manifest.putNull("vocabulary");
          manifest.putNull("gradient");
        });

    ModelBundle bundle = ModelBundle.open(directory);

    assertThat(bundle.info().calibration()).isNull();
    assertThat(bundle.knownWords()).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenManifests")
  void refusesABrokenManifestInOneLineThatNamesTheField(
      String field, Consumer<ObjectNode> damage, String said) {
    Bundles.copyOfEmoji(directory);
    Bundles.edit(directory, damage);

    assertRefused(field, said);
  }

  static Stream<Arguments> brokenManifests() {
    return Stream.of(
        manifest("format", m -> m.put("format", "clipure-bundle/9"), "clipure-bundle/1"),
        manifest("name", m -> m.remove("name"), "seen nothing"),
        manifest("license", m -> m.put("license", " "), "not blank"),
        manifest("calibraton", m -> m.put("calibraton", 1), "an unknown field"),
        manifest("embedding_dim", m -> m.put("embedding_dim", "128"), "a whole number"),
        manifest("blank_anchor", m -> m.put("embedding_dim", 64), "expected 64 numbers"),
        manifest("blank_anchor", m -> array(m, "blank_anchor").set(0, 0.9), "a unit vector"),
        manifest("blank_anchor[1]", m -> array(m, "blank_anchor").set(1, "x"), "expected a number"),
        manifest("logit_scale", m -> m.put("logit_scale", 0), "above 0"),
        manifest("image.size", m -> object(m, "image").put("size", 0), "from 1 to"),
        manifest("image.mean", m -> object(m, "image").putArray("mean").add(0.5), "1 elements"),
        manifest(
            "image.std",
            m -> object(m, "image").putArray("std").add(0.2).add(0).add(0.2),
            "above 0"),
        manifest("image.resize", m -> object(m, "image").put("resize", "squash"), "bicubic"),
        manifest("image.file", m -> object(m, "image").put("file", "other.onnx"), "\"files\""),
        manifest("text", m -> m.put("text", "text.onnx"), "an object"),
        manifest("text.input", m -> object(m, "text").remove("input"), "seen nothing"),
        manifest("tokenizer.pad_id", m -> object(m, "tokenizer").put("pad_id", -1), "from 0"),
        manifest("templates", m -> m.putArray("templates"), "at least one"),
        manifest("templates", m -> m.putArray("templates").add("a photo"), "exactly one {}"),
        manifest("templates", m -> m.putArray("templates").add("{} {}"), "exactly one {}"),
        manifest("vocabulary", m -> m.putArray("vocabulary").add("Photo"), "lower-case"),
        manifest(
            "calibration.id", m -> m.putObject("calibration").put("note", "n"), "seen nothing"),
        manifest(
            "gradient.vjp", m -> object(m, "gradient").put("vjp", "no.onnx"), "one of \"files\""),
        manifest("gradient.forward", m -> object(m, "gradient").remove("forward"), "seen nothing"),
        manifest("gradient.cotangent", m -> object(m, "gradient").put("cotangent", 1), "a text"),
        manifest("gradient.extra", m -> object(m, "gradient").put("extra", 1), "an unknown field"),
        manifest("files.../image.onnx", m -> file(m, "../image.onnx"), "inside the bundle"),
        manifest("files./etc/passwd", m -> file(m, "/etc/passwd"), "inside the bundle"),
        manifest("files.a/../../b", m -> file(m, "a/../../b"), "inside the bundle"),
        manifest("files.C:\\b", m -> file(m, "C:\\b"), "inside the bundle"),
        manifest(
            "files.image.onnx.sha256",
            m -> ((ObjectNode) m.get("files").get("image.onnx")).put("sha256", "abc"),
            "64 lower-case hexadecimal digits"));
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    directory = directory.resolve("nowhere");

    assertRefused("nothing", "expected a directory");
  }

  @Test
  void refusesADirectoryWithoutManifest() {
    assertRefused("no manifest.json", "directory that an export made");
  }

  @Test
  void refusesATruncatedManifest() throws Exception {
    Bundles.copyOfEmoji(directory);
    Path manifest = directory.resolve("manifest.json");
    byte[] bytes = Files.readAllBytes(manifest);
    Files.write(manifest, Arrays.copyOf(bytes, bytes.length / 2));

    assertRefused("manifest.json is not valid JSON at line", "export the bundle again");
  }

  @Test
  void refusesAManifestThatSaysAThingTwice() throws Exception {
    Files.writeString(directory.resolve("manifest.json"), "{\"name\": \"a\", \"name\": \"b\"}");

    assertRefused("Duplicate field 'name'", "manifest.json");
  }

  @Test
  void refusesAMissingFile() throws Exception {
    Bundles.copyOfEmoji(directory);
    Files.delete(directory.resolve("text.onnx"));

    assertRefused("text.onnx: seen no such file", "export the bundle again");
  }

  @Test
  void refusesATruncatedFile() throws Exception {
    Bundles.copyOfEmoji(directory);
    Files.write(directory.resolve("text.onnx"), new byte[10]);

    assertRefused("text.onnx: seen 10 bytes", "export the bundle again");
  }

  @Test
  void refusesAFlippedBit() throws Exception {
    Bundles.copyOfEmoji(directory);
    Path image = directory.resolve("image.onnx");
    byte[] bytes = Files.readAllBytes(image);
    bytes[bytes.length / 2] ^= 1;
    Files.write(image, bytes);

    assertRefused("image.onnx: seen SHA-256", "export the bundle again");
  }

  private void assertRefused(String where, String said) {
    assertThatThrownBy(() -> ModelBundle.open(directory))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("bundle " + directory + ": ")
        .hasMessageContaining(where)
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(600);
  }

  private static Arguments manifest(String field, Consumer<ObjectNode> damage, String said) {
    return Arguments.of("field " + field, damage, said);
  }

  private static ArrayNode array(ObjectNode manifest, String name) {
    return (ArrayNode) manifest.get(name);
  }

  private static ObjectNode object(ObjectNode manifest, String name) {
    return (ObjectNode) manifest.get(name);
  }

  private static void file(ObjectNode manifest, String name) {
    object(manifest, "files").putObject(name).put("sha256", "0".repeat(64)).put("bytes", 1);
  }
}
