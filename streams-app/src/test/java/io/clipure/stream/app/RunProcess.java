package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code run} in a process of its own, and its HTTP port. */
final class RunProcess implements AutoCloseable {
  private static final Pattern ADDRESS =
      Pattern.compile("operators: (http://127\\.0\\.0\\.1:\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Process process;
  private final Path log;

  private RunProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it, with any free port for operators. */
  static RunProcess start(Path folder, Map<String, String> keys) throws IOException {
    Map<String, String> all = new TreeMap<>(keys);
    all.putIfAbsent("ops.port", "0");
    Path config = folder.resolve("run.properties");
    StringBuilder text = new StringBuilder();
    all.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Files.writeString(config, text);
    Path log = folder.resolve("run.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--config",
                config.toString()));
    return new RunProcess(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
        log);
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the port is open. */
  String address() {
    String[] found = new String[1];
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              Matcher line = ADDRESS.matcher(log());
              if (line.find()) {
                found[0] = line.group(1);
              }
              assertThat(process.isAlive() || found[0] != null).as(log()).isTrue();
              return found[0] != null;
            });
    return found[0];
  }

  HttpResponse<String> get(String path, String... headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Health as it is now. */
  Health health(String path) throws IOException {
    HttpResponse<String> answer = get(path);
    return new Health(answer.statusCode(), JSON.readTree(answer.body()));
  }

  /** What a health path says. */
  record Health(int status, JsonNode body) {
    /** Detail of a check, with its status before it; empty: there is no such check. */
    String check(String name) {
      for (JsonNode check : body.get("checks")) {
        if (check.get("name").asText().equals(name)) {
          return check.get("status").asText() + ": " + check.get("detail").asText();
        }
      }
      return "";
    }
  }

  /** Waits until the service is ready, or not. */
  Health awaitReady(boolean ready) {
    Health[] last = new Health[1];
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              assertThat(process.isAlive()).as(log()).isTrue();
              last[0] = health("/health/ready");
              return (last[0].status() == 200) == ready;
            });
    return last[0];
  }

  void terminate() {
    process.destroy();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
