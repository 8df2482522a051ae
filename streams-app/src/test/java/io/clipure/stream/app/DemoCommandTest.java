package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job as a newcomer runs it: real broker, real model, real image files. */
class DemoCommandTest {
  @TempDir private Path folder;

  @Test
  void everyBundledImageComesOutLabelledOrDeadLettered() throws IOException {
    CommandLineRun run = CommandLineRun.of("demo", "--count", "200", "--json");
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.OK);
    JsonNode summary = new ObjectMapper().readTree(run.out());
    assertThat(summary.get("published").asInt()).isEqualTo(200);
    assertThat(summary.get("labelled").asInt() + summary.get("deadLettered").asInt())
        .isEqualTo(200);
    assertThat(summary.get("unaccounted")).isEmpty();
  }

  @Test
  void exactlyOnceIsOneKeyAway() {
    CommandLineRun run =
        CommandLineRun.of(
            "demo", "--count", "60", "--set", "stream.processing-guarantee=exactly_once_v2");
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).contains("Nothing unaccounted for: 60 in");
  }

  @Test
  void anotherPersonsFolderIsPublishedAndItsBrokenFilesAreDeadLettered() throws IOException {
    Files.copy(BundledImages.files().get(0), folder.resolve("mine.jpg"));
    Files.writeString(folder.resolve("notes.txt"), "no image");
    CommandLineRun run = CommandLineRun.of("demo", "--images", folder.toString(), "--count", "6");
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.OK);
    assertThat(run.out())
        .contains("mine.jpg", "UNSUPPORTED_FORMAT", "6 in = 3 labelled + 3 dead-lettered");
  }

  @Test
  void aRateOfNothingIsRefusedInOneLine() {
    CommandLineRun run = CommandLineRun.of("demo", "--console", "--rate", "0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("--rate is 0; expected 1 to 1000");
  }

  @Test
  void aRateWithoutTheConsoleIsRefusedInOneLine() {
    CommandLineRun run = CommandLineRun.of("demo", "--rate", "5");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("give --console as well");
  }
}
