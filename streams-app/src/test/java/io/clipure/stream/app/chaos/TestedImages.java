package io.clipure.stream.app.chaos;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.DockerClientFactory;

/**
 * The images that the containers are made of, by the names that users meet: those of {@code
 * docker/compose.yaml} and the base of {@code docker/Dockerfile}.
 *
 * @param base of the service's own image
 * @param broker Kafka
 * @param registry Confluent-compatible
 */
record TestedImages(String base, String broker, String registry) {
  /** The repository's root; tests run in their module's folder. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** On images that {@code .ci/run} made under a public name because no registry answered. */
  private static final String STAND_IN = "io.clipure.stand-in";

  private static final long PULL_MINUTES = 3;

  /** Where an image comes from. */
  enum Source {
    OFFICIAL,
    STAND_IN,
    NOT_TO_BE_HAD
  }

  static TestedImages read() {
    String compose = text("docker/compose.yaml");
    return new TestedImages(
        found(text("docker/Dockerfile"), "(?m)^ARG BASE=(\\S+)$"),
        found(compose, "(?m)^  broker:\\n    image: (\\S+)$"),
        found(compose, "(?m)^  registry:\\n    image: (\\S+)$"));
  }

  List<String> names() {
    return List.of(base, broker, registry);
  }

  /** Takes the image that is here, else tries to pull it. */
  Source obtain(String name) {
    DockerClient docker = DockerClientFactory.instance().client();
    try {
      return source(docker.inspectImageCmd(name).exec());
    } catch (NotFoundException e) {
      return pulled(docker, name)
          ? source(docker.inspectImageCmd(name).exec())
          : Source.NOT_TO_BE_HAD;
    }
  }

  /** One line for people. */
  String describe(String name) {
    Source source = obtain(name);
    String id = DockerClientFactory.instance().client().inspectImageCmd(name).exec().getId();
    return name
        + " ("
        + (source == Source.STAND_IN
            ? "a stand-in made on this machine, label " + STAND_IN
            : "as pulled or found, no stand-in")
        + ", "
        + id.substring(0, 19)
        + ")";
  }

  private static boolean pulled(DockerClient docker, String name) {
    try {
      return docker.pullImageCmd(name).start().awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES);
    } catch (DockerException | DockerClientException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Source source(InspectImageResponse image) {
    Map<String, String> labels = image.getConfig() == null ? null : image.getConfig().getLabels();
    return labels != null && "true".equals(labels.get(STAND_IN))
        ? Source.STAND_IN
        : Source.OFFICIAL;
  }

  private static String text(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String found(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("nothing matches " + pattern);
    }
    return matcher.group(1);
  }
}
