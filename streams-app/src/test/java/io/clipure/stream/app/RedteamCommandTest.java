package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.redteam.scorecard.Cell;
import io.clipure.stream.redteam.scorecard.Column;
import io.clipure.stream.redteam.scorecard.Mode;
import io.clipure.stream.redteam.scorecard.Scorecard;
import io.clipure.stream.redteam.scorecard.ScorecardJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedteamCommandTest {
  private static final String[] SMALL = {
    "redteam",
    "--quick",
    "--count",
    "6",
    "--attacked",
    "3",
    "--steps",
    "3",
    "--eot",
    "1",
    "--queries",
    "5",
    "--check-images",
    "1",
    "--epsilons",
    "8",
    "--draws",
    "2",
    "--out"
  };

  @TempDir private Path folder;

  private static CommandLineRun small(Path out, String... more) {
    List<String> arguments = new java.util.ArrayList<>(List.of(SMALL));
    arguments.add(out.toString());
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static Scorecard card(Path out) throws IOException {
    return ScorecardJson.read(Files.readAllBytes(out.resolve("scorecard.json")));
  }

  @Test
  void aSmallRunFillsEveryKindOfCellAndARepetitionDoesNothingAgain() throws IOException {
    Path out = folder.resolve("card");
    CommandLineRun run = small(out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    Scorecard card = card(out);
    for (Mode mode : Mode.values()) {
      assertThat(card.strongest(Column.DEPLOYED, mode, mode == Mode.NONE ? 0 : 8).isPresent())
          .as(mode.key())
          .isEqualTo(mode != Mode.PUBLISHED);
    }
    assertThat(card.strongest(Column.PUBLISHED, Mode.PUBLISHED, 8)).isPresent();
    assertThat(card.cells()).extracting(Cell::images).containsOnly(3);
    assertThat(card.clean(Column.DEPLOYED).orElseThrow().images()).isEqualTo(6);
    assertThat(card.plan().provenance()).containsKeys("bundle digest", "label-set digest");
    assertThat(card.checks()).hasSizeGreaterThan(6);
    assertThat(card.command()).startsWith("clipure-stream redteam --quick --count 6");
    assertThat(out.resolve("scorecard.html")).content().contains("Robustness scorecard");

    byte[] journal = Files.readAllBytes(out.resolve("journal.jsonl"));
    CommandLineRun again = small(out);
    assertThat(again.err()).contains("going on with the run of " + card.started());
    assertThat(Files.readAllBytes(out.resolve("journal.jsonl"))).isEqualTo(journal);
    assertThat(card(out).cells()).isEqualTo(card.cells());

    CommandLineRun other = small(out, "--seed", "2");
    assertThat(other.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(other.err()).contains("belongs to a run with other settings");
  }

  private String refusal(String... arguments) {
    List<String> all = new java.util.ArrayList<>(List.of("redteam", "--out", folder + "/x"));
    all.addAll(List.of(arguments));
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().lines()).as(run.err()).hasSizeLessThan(4);
    return run.err();
  }

  @Test
  void moreImagesThanThereAreIsRefused() {
    assertThat(refusal("--attacked", "5000"))
        .contains("--attacked is 5000, but the data set has 40 usable harmful images");
  }

  @Test
  void optionsAreCheckedBeforeAModelIsLoaded() {
    assertThat(refusal("--quick", "--attacks", "fgsm", "--bundle", folder + "/none"))
        .contains("--attacks: \"fgsm\" is none");
  }

  @Test
  void wrongOptionsAreRefusedInOneLine() {
    assertThat(refusal("--quick", "--attacks", "fgsm")).contains("--attacks: \"fgsm\" is none");
    assertThat(refusal("--quick", "--attacks", "square", "--modes", "adaptive"))
        .contains("none of them goes with --modes adaptive");
    assertThat(refusal("--quick", "--epsilons", "1.5")).contains("expected whole numbers");
    assertThat(refusal("--quick", "--epsilons", "0")).contains("--epsilons: 0.0 is not allowed");
    assertThat(refusal("--quick", "--norm", "l2", "--epsilons", "-1")).contains("above 0");
    assertThat(refusal("--quick", "--draws", "0")).contains("--draws is 0; expected at least 1");
    assertThat(refusal("--quick", "--images", folder.toString())).contains("holds no image");
  }
}
