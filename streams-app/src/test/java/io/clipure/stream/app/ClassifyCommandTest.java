package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandTest {
  private final ObjectMapper mapper = new ObjectMapper();
  @TempDir private Path folder;

  private static String image() {
    return BundledImages.files().get(0).toString();
  }

  private JsonNode only(CommandLineRun run) throws IOException {
    List<String> lines = run.out().strip().lines().toList();
    assertThat(lines).as(run.err()).hasSize(1);
    return mapper.readTree(lines.get(0));
  }

  @Test
  void theScoresOfAllLabelsAddUpToOneBeforeAndAfterPurification() throws IOException {
    JsonNode verdict = only(CommandLineRun.of("classify", image()));
    double after = 0;
    double before = 0;
    for (JsonNode score : verdict.get("scores")) {
      after += score.get("score").asDouble();
      before += score.get("scoreBefore").asDouble();
    }
    assertThat(after).isCloseTo(1, within(1e-9));
    assertThat(before).isCloseTo(1, within(1e-9));
  }

  @Test
  void purificationOffLeavesEveryScoreAsItWas() throws IOException {
    JsonNode verdict = only(CommandLineRun.of("classify", "--purify", "off", image()));
    assertThat(verdict.get("purification").get("method").asText()).isEqualTo("off");
    for (JsonNode score : verdict.get("scores")) {
      assertThat(score.get("score").asDouble()).isEqualTo(score.get("scoreBefore").asDouble());
    }
  }

  @Test
  void thePapersSettingIsOneKeyAway() throws IOException {
    JsonNode verdict = only(CommandLineRun.of("classify", "--set", "purify.preset=paper", image()));
    assertThat(verdict.get("purification").get("method").asText())
        .contains("steps=10", "step-size=30");
  }

  @Test
  void theViewsOfAnImageAreListedAndDrawnFromTheKey() throws IOException {
    JsonNode verdict = only(CommandLineRun.of("classify", image()));
    assertThat(verdict.get("views")).hasSize(2);
    assertThat(verdict.get("views").get(0).get("transform").asText()).startsWith("shift(");
    assertThat(verdict.get("views").get(0).get("totalVariation").asDouble()).isBetween(0.0, 1.0);
    assertThat(verdict.get("provenance").get("viewPlan").asText()).isEqualTo("shift:2(reach=3)");
    assertThat(verdict.get("suspicion").get("rule").asText()).startsWith("view-disagreement/1");
    assertThat(only(CommandLineRun.of("classify", image()))).isEqualTo(verdict);

    String key = "suspicion.key=a key of our own";
    JsonNode other = only(CommandLineRun.of("classify", "--set", key, image()));
    assertThat(other.get("provenance").get("viewKeyId"))
        .isNotEqualTo(verdict.get("provenance").get("viewKeyId"));
    assertThat(other.get("topScore")).isEqualTo(verdict.get("topScore"));

    JsonNode none = only(CommandLineRun.of("classify", "--set", "suspicion.views=none", image()));
    assertThat(none.get("views")).isEmpty();
    assertThat(none.get("provenance").get("viewKeyId").isNull()).isTrue();
    assertThat(none.get("suspicion").get("rule").asText()).isEqualTo("purification-shift/1");
  }

  @Test
  void aPlanThatDoesNotFitIsRefusedInOneLine() {
    CommandLineRun run =
        CommandLineRun.of("classify", "--set", "suspicion.views=shift:1(reach=64)", image());
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains("suspicion.views: a reach of 64 pixels, expected less than the image's 64");
  }

  @Test
  void theEmbeddingIsAddedOnRequestOnly() throws IOException {
    assertThat(only(CommandLineRun.of("classify", image())).has("embedding")).isFalse();
    assertThat(only(CommandLineRun.of("classify", "--embedding", image())).get("embedding"))
        .hasSizeGreaterThan(16);
  }

  @Test
  void anImageThatCannotBeJudgedGetsItsReasonAndExitCodeOneAndItsNeighbourItsVerdict()
      throws IOException {
    Path text = Files.writeString(folder.resolve("a.jpg"), "not an image");
    CommandLineRun run = CommandLineRun.of("classify", text.toString(), image());
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    List<String> lines = run.out().strip().lines().toList();
    assertThat(mapper.readTree(lines.get(0)).get("rejected").get("reason").asText())
        .isEqualTo("UNSUPPORTED_FORMAT");
    assertThat(mapper.readTree(lines.get(1)).has("decision")).isTrue();
  }
}
