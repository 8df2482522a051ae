package io.clipure.stream.app;

import io.clipure.stream.config.OpsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code health}: asks a {@code run} on this machine, for containers and supervisors that probe by
 * a command. Orchestrators that can probe by HTTP need no JVM for it.
 */
@Command(
    name = "health",
    header = "Asks the service that runs on this machine how it is.",
    description = {
      "Asks the HTTP port (ops.host, ops.port) of a service on this machine whether it is "
          + "ready, and prints its checks. Exit code 0 if all are ok, 1 if one is not or nobody "
          + "answers.%n",
      "Example:",
      "  clipure-stream health --config app.properties --live%n"
    })
final class HealthCommand implements Callable<Integer> {
  private static final int LARGEST_ANSWER = 64 << 10;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configuration;

  @Option(
      names = "--live",
      description = "Ask whether it is alive instead, that is whether only a restart would help.")
  private boolean live;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Override
  public Integer call() {
    if (timeoutSeconds < 1 || timeoutSeconds > 300) {
      throw new RefusedException(
          "--timeout: %d is not allowed; expected 1 to 300 seconds".formatted(timeoutSeconds));
    }
    URI uri = address(configuration.load().ops(), live ? "/health/live" : "/health/ready");
    try {
      Answer answer = ask(uri, Duration.ofSeconds(timeoutSeconds));
      answer.body().lines().forEach(line -> spec.commandLine().getOut().println(SafeText.of(line)));
      return answer.status() == HttpURLConnection.HTTP_OK ? ExitCode.OK : ExitCode.FINDINGS;
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println(
              "clipure-stream: no answer from %s (%s); is the service up, with the same ops.host and ops.port?"
                  .formatted(uri, Clients.reasons(e)));
      return ExitCode.FINDINGS;
    }
  }

  /**
   * Where the service of this configuration can be asked from this machine.
   *
   * @throws RefusedException if nobody can know
   */
  static URI address(OpsConfig ops, String path) {
    if (!ops.enabled()) {
      throw new RefusedException(
          "ops.enabled: is false, so the service has no port to ask; set it to true");
    }
    if (ops.port() == 0) {
      throw new RefusedException(
          "ops.port: 0 lets the service choose, and health cannot know what; set a number");
    }
    String host =
        switch (ops.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> ops.host();
        };
    String written = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + written + ":" + ops.port() + path);
  }

  private record Answer(int status, String body) {}

  private static Answer ask(URI uri, Duration timeout) throws IOException {
    // Not java.net.http: a probe should not pay for its threads.
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) timeout.toMillis());
    connection.setReadTimeout((int) timeout.toMillis());
    connection.setInstanceFollowRedirects(false);
    try {
      int status = connection.getResponseCode();
      try (InputStream body =
          status < HttpURLConnection.HTTP_BAD_REQUEST
              ? connection.getInputStream()
              : connection.getErrorStream()) {
        byte[] bytes = body == null ? new byte[0] : body.readNBytes(LARGEST_ANSWER);
        return new Answer(status, new String(bytes, StandardCharsets.UTF_8));
      }
    } finally {
      connection.disconnect();
    }
  }
}
