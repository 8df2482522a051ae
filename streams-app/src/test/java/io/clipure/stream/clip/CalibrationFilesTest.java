package io.clipure.stream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationFilesTest {
  /** Of {@link #content()}, by Python's json, decimal and hashlib. */
  private static final String DIGEST =
      "7f59d0f78877d1c78adfe8316ef1df8ee9043e3a39841b0cee93b2430a033d9f";

  private final ObjectMapper json = new ObjectMapper();
  @TempDir private Path folder;

  private static CalibrationFile content() {
    ObjectNode evidence = JsonNodeFactory.instance.objectNode();
    evidence.put("note", "\"quoted\" \\ é").put("tiny", 1e-7).put("none", 0.0).put("many", 1e21);
    return CalibrationFiles.of(
        new CalibrationFile.MadeFor(
            "emoji", "a".repeat(64), "demo", "b".repeat(64), "off", "shift:2(reach=3)", "0011aabb"),
        new CalibrationFile.Measured(
            "2026-11-25", "uploads", 2940, 0.01, 0.95, List.of(0.004, 0.0125), 0.04),
        new ModelInfo.Calibration(
            "mine",
            0.9125,
            0.897,
            0.5000000000000001,
            1.25,
            Map.of("pistol", 0.4, "axe", 0.3),
            new ModelInfo.SuspicionModel(
                "shift:2(reach=3)",
                -4,
                List.of(new ModelInfo.SuspicionModel.Signal("view-tv-mean", 0.012, 0.034, 1.5)))),
        evidence);
  }

  private Path written(String text) throws IOException {
    return Files.writeString(folder.resolve("c.json"), text);
  }

  @Test
  void what_was_written_is_read_back_under_an_id_that_names_its_content() throws IOException {
    CalibrationFile file = content();
    CalibrationFile read = CalibrationFiles.read(written(CalibrationFiles.write(file)));
    assertThat(read.calibration()).isEqualTo(file.calibration());
    assertThat(read.madeFor()).isEqualTo(file.madeFor());
    assertThat(read.measured()).isEqualTo(file.measured());
    assertThat(read.digest()).isEqualTo(file.digest());
    assertThat(read.calibration().id()).isEqualTo("mine@" + file.digest().substring(0, 12));
    assertThat(read.calibration().suspicionThreshold()).isEqualTo(0.5000000000000001);
  }

  @Test
  void the_digest_is_the_one_that_another_language_computes() {
    assertThat(content().digest()).isEqualTo(DIGEST);
  }

  @Test
  void layout_and_spelling_of_numbers_do_not_matter_but_content_does() throws IOException {
    String text = CalibrationFiles.write(content());
    JsonNode tree = json.readTree(text);
    assertThat(CalibrationFiles.read(written(tree.toString())).id()).isEqualTo("mine");
    String respelt = text.replace("0.897", "8.970e-1");
    assertThat(respelt).isNotEqualTo(text);
    assertThat(CalibrationFiles.read(written(respelt)).id()).isEqualTo("mine");

    Path changed = written(text.replace("0.897", "0.8"));
    assertThatThrownBy(() -> CalibrationFiles.read(changed))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("digest is " + DIGEST)
        .hasMessageEndingWith("it was changed or cut; calibrate again");
  }

  @Test
  void every_mistake_is_named_by_its_path() throws IOException {
    refused("\"lower\"", "\"mine\"", "calibration.id");
    refused("-0.5", "0.9125", "calibration.low_confidence_score");
    refused("\"x\"", "\"" + "a".repeat(64) + "\"", "made_for.model_digest");
    refused("0", "0.034", "calibration.suspicion.signals[0].scale");
    refused("2", "0.0125", "measured.false_flags[1]");
    refused("\"clipure-calibration/9\"", "\"clipure-calibration/1\"", "format");
    ObjectNode extra = (ObjectNode) json.readTree(CalibrationFiles.write(content()));
    extra.put("surprise", 1);
    Path file = written(extra.toString());
    assertThatThrownBy(() -> CalibrationFiles.read(file))
        .hasMessageContaining("field surprise: seen an unknown field");
  }

  private void refused(String instead, String of, String path) throws IOException {
    String text = CalibrationFiles.write(content());
    assertThat(text).contains(of);
    Path file = written(text.replace(of, instead));
    // A changed id is sound by itself; only the digest tells.
    String expected = path.equals("calibration.id") ? "digest is" : "field " + path + ": seen";
    assertThatThrownBy(() -> CalibrationFiles.read(file))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("calibration file " + file)
        .hasMessageContaining(expected);
  }

  @Test
  void what_is_no_file_or_no_json_is_refused_in_one_line() throws IOException {
    assertThatThrownBy(() -> CalibrationFiles.read(folder.resolve("none.json")))
        .hasMessageContaining("seen no such file");
    Path broken = written("{");
    assertThatThrownBy(() -> CalibrationFiles.read(broken))
        .hasMessageContaining("is not valid JSON at line 1");
  }
}
