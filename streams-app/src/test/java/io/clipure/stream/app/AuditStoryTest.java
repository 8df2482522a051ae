package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.LabelledImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's story: what would another prompt and another threshold have decided? */
class AuditStoryTest {
  private static final int IMAGES = 160;

  @TempDir private Path folder;

  @Test
  void anotherPromptAndAnotherThresholdFlipTheirOwnImagesAndNoOthers() throws Exception {
    try (Audits audits = Audits.start("mock://audit-story")) {
      TopicSetup.create(audits.broker(), audits.config(), 2);
      audits.publish("images", IMAGES);
      Map<String, LabelledImage> live = audits.live(IMAGES, Map.of());

      CommandLineRun rescored =
          audits.run(
              "rescore",
              "--labels",
              candidate().toString(),
              "--plan",
              folder.resolve("plan.json").toString(),
              "--output-prefix",
              "candidate.");
      assertThat(rescored.exitCode()).as(rescored.out() + rescored.err()).isZero();
      Path report = folder.resolve("diff");
      CommandLineRun diff =
          audits.run(
              "diff",
              "--after",
              "candidate.labelled",
              "--out",
              report.toString(),
              "--fail-if",
              "block-lost > 0.1%",
              "--fail-if",
              "missing > 0");

      assertThat(diff.exitCode()).as(diff.out() + diff.err()).isEqualTo(ExitCode.OVER_BUDGET);
      assertThat(diff.out())
          .contains("BUDGET BROKEN    block-lost > 0.1%")
          .contains("budget kept      missing > 0");
      Map<String, LabelledImage> after = audits.labelled("candidate.labelled");
      Set<String> flipped =
          live.keySet().stream()
              .filter(id -> live.get(id).getDecision() != after.get(id).getDecision())
              .collect(Collectors.toSet());
      assertThat(flipped)
          .as("axes, whose prompt changed, and bones, whose threshold rose")
          .isNotEmpty()
          .allSatisfy(id -> assertThat(live.get(id).getDecidedBy()).isIn("axe", "bone"));
      assertThat(flipped).extracting(id -> live.get(id).getDecidedBy()).contains("axe", "bone");
      JsonNode json = new ObjectMapper().readTree(Files.readString(report.resolve("diff.json")));
      assertThat(json.findValue("joined").asInt()).isEqualTo(IMAGES);
      assertThat(Files.readString(report.resolve("diff.html")))
          .contains(flipped.size() + " of " + IMAGES + " decisions changed");
    }
  }

  /** Axes are looked for under another weapon's name, bones decide only when nearly certain. */
  private Path candidate() throws Exception {
    String labels = Files.readString(Home.locate().demoLabels());
    String changed =
        labels
            .replace("prompts: [\"axe\"]", "prompts: [\"kitchen knife\"]")
            .replace(
                "threshold: 0.1\n    prompts: [\"bone\"]",
                "threshold: 0.99\n    prompts: [\"bone\"]");
    assertThat(changed).isNotEqualTo(labels);
    Path file = folder.resolve("candidate.yaml");
    Files.writeString(file, changed);
    return file;
  }
}
