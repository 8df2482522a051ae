package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's {@code prometheus} package, where it is installed. */
final class Promtool {
  private Promtool() {}

  /** What a call said. */
  record Run(int code, String output) {}

  /** Skips the test where the package is missing, but not in continuous integration. */
  static void require() {
    boolean there =
        Files.isExecutable(Path.of("/usr/bin/promtool"))
            && Files.isExecutable(Path.of("/usr/bin/prometheus"));
    String hint = "the Debian package prometheus is installed (apt-get install prometheus)";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as(hint).isTrue();
    }
    assumeThat(there).as(hint).isTrue();
  }

  static Run run(Path folder, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/promtool"));
    command.addAll(List.of(arguments));
    Path fed = Files.createTempFile("promtool", ".in");
    try {
      Files.writeString(fed, input);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(fed.toFile())
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return new Run(process.exitValue(), output);
    } finally {
      Files.delete(fed);
    }
  }
}
