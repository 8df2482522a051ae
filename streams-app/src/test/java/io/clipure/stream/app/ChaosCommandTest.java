package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosCommandTest {
  @TempDir Path folder;

  @Test
  void an_unknown_scenario_is_refused_with_the_known_ones() {
    CommandLineRun run = CommandLineRun.of("chaos", "--only", "fire");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("--only fire").contains("mixed");
  }

  @Test
  void a_folder_with_files_is_not_used_for_logs() throws IOException {
    Files.createFile(folder.resolve("mine"));

    CommandLineRun run = CommandLineRun.of("chaos", "--keep", folder.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("--keep").contains("not empty");
    assertThat(folder.resolve("mine")).exists();
  }
}
