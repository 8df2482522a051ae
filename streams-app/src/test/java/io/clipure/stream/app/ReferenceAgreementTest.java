package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * {@code classify} against PIL and Python's ONNX Runtime on the demo's images: the reference's
 * scores come from {@code models/reference_classify.py}, which shares no code with the service.
 * Scores below 5e-5 are left out there and count as zero.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferenceAgreementTest {
  private static final double TOLERANCE = 1e-4;

  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, JsonNode> expected = new LinkedHashMap<>();
  private final Map<String, JsonNode> seen = new LinkedHashMap<>();

  @BeforeAll
  void classifyTheDemosImages() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("/agreement/demo-images.jsonl")) {
      read(new String(golden.readAllBytes(), StandardCharsets.UTF_8), expected);
    }
    read(
        CommandLineRun.of("classify", Home.locate().demoFolder().resolve("images").toString())
            .out(),
        seen);
  }

  private void read(String lines, Map<String, JsonNode> into) {
    lines
        .lines()
        .map(this::parse)
        .forEach(
            line -> into.put(Path.of(line.get("file").asText()).getFileName().toString(), line));
  }

  private JsonNode parse(String line) {
    try {
      return mapper.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theSameImagesAreJudged() {
    assertThat(seen.keySet()).hasSizeGreaterThan(100).isEqualTo(expected.keySet());
  }

  @Test
  void everyTopLabelIsTheReferences() {
    expected.forEach(
        (file, line) ->
            assertThat(seen.get(file).get("topLabel").asText())
                .as(file)
                .isEqualTo(line.get("top_label").asText()));
  }

  @Test
  void everyScoreIsTheReferencesBeforeAndAfterPurification() {
    expected.forEach(
        (file, line) -> {
          for (JsonNode score : seen.get(file).get("scores")) {
            String label = score.get("label").asText();
            assertThat(score.get("score").asDouble())
                .as(file + " " + label)
                .isCloseTo(line.get("scores_after").path(label).asDouble(), within(TOLERANCE));
            assertThat(score.get("scoreBefore").asDouble())
                .as(file + " " + label)
                .isCloseTo(line.get("scores_before").path(label).asDouble(), within(TOLERANCE));
          }
        });
  }
}
