package io.clipure.stream.app.chaos;

import io.clipure.stream.app.chaos.TestedImages.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Whether containers can be run on this machine.
 *
 * @param missing why not; empty if they can
 */
record DockerHere(Optional<String> missing) {
  /** Says that whoever set it knows that there is no Docker, and why. */
  static final String KNOWN = "CLIPURE_DOCKER";

  private static final String UNAVAILABLE = "unavailable";

  /** Looks for a daemon and the images. */
  static DockerHere look(TestedImages images) {
    return new DockerHere(reason(images));
  }

  private static Optional<String> reason(TestedImages images) {
    if (UNAVAILABLE.equals(System.getenv(KNOWN))) {
      return Optional.of(KNOWN + "=" + UNAVAILABLE);
    }
    Optional<String> silence = silence();
    if (silence.isPresent()) {
      return silence;
    }
    for (String name : images.names()) {
      if (images.obtain(name) == Source.NOT_TO_BE_HAD) {
        return Optional.of(
            "the image " + name + " is not here and cannot be pulled; .ci/run makes stand-ins");
      }
    }
    return Optional.empty();
  }

  /** Asked by the command line, as the build of the image is: what it says is worth passing on. */
  private static Optional<String> silence() {
    try {
      Process process =
          new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}")
              .redirectErrorStream(true)
              .start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0
          ? Optional.empty()
          : Optional.of("no Docker daemon answers: " + said.replaceAll("\\s*\\R\\s*", " "));
    } catch (IOException e) {
      return Optional.of("no command docker (Debian: docker.io, then dockerd as root)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether the tests must fail where something is missing, because the build installs it. */
  static boolean required(Map<String, String> environment) {
    return "true".equals(environment.get("CI")) && !UNAVAILABLE.equals(environment.get(KNOWN));
  }
}
