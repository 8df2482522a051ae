package io.clipure.stream.app.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The service's image, built by the README's command from the jars that Maven just packaged. It is
 * used by its id, so that nobody else's image of the same name is tested.
 *
 * @param id {@code sha256:…}
 * @param seconds that the build took; layers of an earlier one are used again
 */
record BuiltImage(String id, double seconds) {
  static final String NAME = "clipure-stream:it";

  /** Build arguments that end up in the image's labels. */
  static final Map<String, String> LABELLED =
      Map.of("VERSION", "0.1.0-it", "REVISION", "under-test", "CREATED", "2026-11-26T00:00:00Z");

  private static final Path TARGET = TestedImages.ROOT.resolve("streams-app/target");

  /** The jar in question. */
  static final Path JAR = TARGET.resolve("clipure-stream.jar");

  static BuiltImage build() {
    if (!Files.exists(JAR)) {
      throw new AssertionError(JAR + " is missing; run: mvn verify, or mvn package first");
    }
    Path id = TARGET.resolve("image.id");
    Path log = TARGET.resolve("docker-build.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker",
                "build",
                "-f",
                "docker/Dockerfile",
                "-t",
                NAME,
                "--iidfile",
                id.toString(),
                "--build-arg",
                "LAYOUT=prebuilt"));
    LABELLED.forEach((name, value) -> command.addAll(List.of("--build-arg", name + "=" + value)));
    command.add(".");
    long started = System.nanoTime();
    try {
      int code =
          new ProcessBuilder(command)
              .directory(TestedImages.ROOT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (code != 0) {
        List<String> lines = Files.readAllLines(log);
        throw new AssertionError(
            "docker build ended with "
                + code
                + "; "
                + log
                + " ends:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
      }
      return new BuiltImage(Files.readString(id).strip(), (System.nanoTime() - started) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException("the command docker cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the image was built", e);
    }
  }
}
