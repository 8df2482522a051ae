package io.clipure.stream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code docker/compose.yaml} under a project name and ports of its own, with the image made of
 * what Maven packaged. Closing takes it down, whatever came before.
 */
final class ComposeStack implements AutoCloseable {
  /** Ports of 127.0.0.1 by the file's variables. */
  enum Port {
    BROKER_PORT,
    REGISTRY_PORT,
    SERVICE_PORT,
    PROMETHEUS_PORT
  }

  private static final Path FILE = Yaml.ROOT.resolve("docker/compose.yaml");
  private static final long MINUTES = 8;

  private final List<String> compose;
  private final String project = "clipure-it-" + UUID.randomUUID().toString().substring(0, 8);
  private final Map<Port, Integer> ports = freePorts();
  private final Path log;

  /**
   * @param compose the command: {@code docker compose} or {@code docker-compose}
   * @param folder for its log
   */
  ComposeStack(List<String> compose, Path folder) {
    this.compose = compose;
    this.log = folder.resolve("compose.log");
  }

  /** Those services whose image is here or can be pulled: Grafana has no stand-in. */
  static List<String> services() {
    List<String> names = new ArrayList<>();
    Yaml.one(FILE)
        .get("services")
        .properties()
        .forEach(
            service -> {
              if (service.getValue().has("build") || !missing(service.getValue())) {
                names.add(service.getKey());
              }
            });
    return names;
  }

  /** The public images that the stack cannot do without, where they are not to be had. */
  static List<String> missingImages() {
    Set<String> missing = new LinkedHashSet<>();
    Yaml.one(FILE)
        .get("services")
        .properties()
        .forEach(
            service -> {
              if (!service.getKey().equals("grafana") && missing(service.getValue())) {
                missing.add(service.getValue().get("image").asText());
              }
            });
    return List.copyOf(missing);
  }

  private static boolean missing(JsonNode service) {
    String image = service.get("image").asText();
    return !image.startsWith("$")
        && output("docker", "image", "inspect", image).isEmpty()
        && output("docker", "pull", "-q", image).isEmpty();
  }

  int port(Port port) {
    return ports.get(port);
  }

  /** The README's command. */
  void up(List<String> services) {
    List<String> arguments = new ArrayList<>(List.of("up", "-d", "--build"));
    arguments.addAll(services);
    run(arguments);
  }

  /** Containers, networks and volumes of this project. */
  List<String> left() {
    String mine = "label=com.docker.compose.project=" + project;
    return Stream.of(
            output("docker", "ps", "-a", "-q", "--filter", mine),
            output("docker", "network", "ls", "-q", "--filter", mine),
            output("docker", "volume", "ls", "-q", "--filter", mine))
        .flatMap(Optional::stream)
        .filter(text -> !text.isBlank())
        .toList();
  }

  /** What the command printed, and once the stack is down, what its containers did. */
  Path log() {
    return log;
  }

  @Override
  public void close() {
    run(List.of("logs", "--no-color", "--tail", "60"));
    // The README's other command.
    run(List.of("down", "-v"));
  }

  private void run(List<String> arguments) {
    List<String> command = new ArrayList<>(compose);
    command.addAll(List.of("-f", FILE.toString(), "-p", project));
    command.addAll(arguments);
    ProcessBuilder process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    ports.forEach((port, number) -> process.environment().put(port.name(), "" + number));
    // A builder for all, so that the image's layers are made once.
    process
        .environment()
        .putAll(
            Map.of(
                "SERVICE_IMAGE", "clipure-stream:compose-it",
                "LAYOUT", "prebuilt",
                "DOCKER_BUILDKIT", "0"));
    assertThat(exit(process)).as(() -> command + " printed:\n" + Yaml.text(log)).isZero();
  }

  /** What a command prints; empty if it fails or does not exist. */
  static Optional<String> output(String... command) {
    ProcessBuilder process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process started = process.start();
      String text = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return started.waitFor() == 0 ? Optional.of(text.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static int exit(ProcessBuilder process) {
    try {
      Process started = process.start();
      if (!started.waitFor(MINUTES, TimeUnit.MINUTES)) {
        started.destroyForcibly();
        throw new AssertionError(process.command() + " took more than " + MINUTES + " minutes");
      }
      return started.exitValue();
    } catch (IOException e) {
      throw new AssertionError(process.command() + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** All open at once, so that they differ. */
  private static Map<Port, Integer> freePorts() {
    Map<Port, Integer> numbers = new HashMap<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (Port port : Port.values()) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        numbers.put(port, held.get(held.size() - 1).getLocalPort());
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
    } catch (IOException e) {
      throw new AssertionError("no free port", e);
    }
    return numbers;
  }
}
