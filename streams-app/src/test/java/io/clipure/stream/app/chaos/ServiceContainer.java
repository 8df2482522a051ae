package io.clipure.stream.app.chaos;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * One container of the service, hardened as in {@code docker/compose.yaml}: read-only root file
 * system, no capabilities, no new privileges.
 */
final class ServiceContainer extends GenericContainer<ServiceContainer> {
  static final long MEMORY = 1152L << 20;

  private static final int PORT = 8080;
  private static final long NANO_CPUS = 1_000_000_000L;
  private static final int GRACE_SECONDS = 40;
  private static final Duration START = Duration.ofMinutes(3);

  private final String name;
  private final Network network;
  private boolean paused;
  private String addressBefore = "";

  /**
   * A container that is not started yet.
   *
   * @param name for messages
   * @param keys of the configuration; they come as variables
   */
  ServiceContainer(String name, BuiltImage image, Network network, Map<String, String> keys) {
    super(DockerImageName.parse(image.id()));
    this.name = name;
    this.network = network;
    withNetwork(network);
    withExposedPorts(PORT);
    keys.forEach((key, value) -> withEnv(variable(key), value));
    withTmpFs(Map.of("/tmp", "exec,mode=1777,size=256m"));
    waitingFor(Wait.forHttp("/health/ready").forPort(PORT).withStartupTimeout(START));
    probedEvery(null);
  }

  private static String variable(String key) {
    return "CLIPURE_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Lets the image's own health check run at this pace; null: not at all, it costs a JVM. */
  ServiceContainer probedEvery(Duration interval) {
    HealthCheck check =
        interval == null
            ? new HealthCheck().withTest(List.of("NONE"))
            : new HealthCheck().withInterval(interval.toNanos());
    withCreateContainerCmdModifier(
        command -> {
          HostConfig host = command.getHostConfig();
          host.withReadonlyRootfs(true)
              .withCapDrop(Capability.ALL)
              .withSecurityOpts(List.of("no-new-privileges:true"))
              .withMemory(MEMORY)
              .withMemorySwap(MEMORY)
              .withNanoCPUs(NANO_CPUS);
          command.withHealthcheck(check);
        });
    return this;
  }

  String name() {
    return name;
  }

  private DockerClient docker() {
    return getDockerClient();
  }

  private InspectContainerResponse.ContainerState state() {
    return getCurrentContainerInfo().getState();
  }

  /** {@code kill -9} of the first process; returns the exit code. */
  long kill() {
    docker().killContainerCmd(getContainerId()).withSignal("KILL").exec();
    return exitCode();
  }

  /** {@code docker stop}: SIGTERM, and SIGKILL only after the time of grace. */
  long terminate() {
    if (paused) {
      unpause();
    }
    docker().stopContainerCmd(getContainerId()).withTimeout(GRACE_SECONDS).exec();
    return exitCode();
  }

  private long exitCode() {
    return docker().waitContainerCmd(getContainerId()).start().awaitStatusCode();
  }

  /**
   * Starts a container that ended, as any orchestrator would; it is not ready when this returns.
   */
  void startAgain() {
    docker().startContainerCmd(getContainerId()).exec();
  }

  /** Freezes every process of the container: it neither runs nor dies. */
  void pause() {
    addressBefore = address();
    docker().pauseContainerCmd(getContainerId()).exec();
    paused = true;
  }

  void unpause() {
    docker().unpauseContainerCmd(getContainerId()).exec();
    paused = false;
  }

  /** Takes its network away; connections stay open, and nothing comes through. */
  void cutOff() {
    addressBefore = address();
    docker()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .exec();
  }

  void reconnect() {
    docker()
        .connectToNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .exec();
  }

  boolean running() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  /** Its address in the network. */
  String address() {
    return getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .map(one -> one.getIpAddress())
        .findFirst()
        .orElse("");
  }

  /** The address it had when it was paused or cut off. */
  String addressBefore() {
    return addressBefore;
  }

  /** What the image's health check found: starting, healthy or unhealthy. */
  String health() {
    return state().getHealth().getStatus();
  }

  /** Seconds since its first process was started. */
  double uptime() {
    Instant start = Instant.parse(getCurrentContainerInfo().getState().getStartedAt());
    return Duration.between(start, Instant.now()).toMillis() / 1000.0;
  }

  /** Whether it says of itself that images flow or could. */
  boolean ready() {
    try {
      return ask("/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks its HTTP port. */
  HttpResponse<String> get(String path) {
    try {
      return ask(path);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not answer", e);
    }
  }

  private HttpResponse<String> ask(String path) throws IOException {
    // Each start has another port on this machine; Testcontainers knows the first.
    Ports.Binding[] bound =
        getCurrentContainerInfo()
            .getNetworkSettings()
            .getPorts()
            .getBindings()
            .get(ExposedPort.tcp(PORT));
    if (bound == null || bound.length == 0) {
      throw new IOException(name + " has no port");
    }
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://" + getHost() + ":" + bound[0].getHostPortSpec() + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The sum of all series of a metric. */
  double metric(String metric) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Standard output of a command run inside. */
  String run(String... command) {
    try {
      ExecResult result = execInContainer(command);
      return (result.getStdout() + result.getStderr()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Keeps its log in a file, for whoever must find out why a test failed. */
  void keepLog(String prefix) {
    Path file = Path.of("target", "containers", prefix + "-" + name.replace(' ', '-') + ".log");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, getLogs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of its log. */
  String lastWords() {
    List<String> lines = getLogs().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }
}
