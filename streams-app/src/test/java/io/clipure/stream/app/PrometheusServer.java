package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Prometheus with the committed configuration, pointed at one instance. */
final class PrometheusServer implements AutoCloseable {
  private static final Pattern LISTENS =
      Pattern.compile("msg=\"Listening on\".* address=(127\\.0\\.0\\.1:[1-9]\\d*)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String address;

  private PrometheusServer(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it on any free port.
   *
   * @param folder for its files
   * @param docker what is committed
   * @param target {@code http://host:port} to scrape
   */
  static PrometheusServer start(Path folder, Path docker, String target) throws IOException {
    Path rules = docker.resolve("prometheus/alerts.yml");
    String committed = Files.readString(docker.resolve("prometheus/prometheus.yml"));
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        committed
            .replace("clipure-stream:8080", target.replace("http://", ""))
            .replace("- alerts.yml", "- " + rules)
            .replace("interval: 10s", "interval: 1s"));
    Path log = folder.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                "/usr/bin/prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:0")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    String[] found = new String[1];
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              Matcher line = LISTENS.matcher(Files.readString(log));
              found[0] = line.find() ? line.group(1) : null;
              assertThat(process.isAlive() || found[0] != null).as(Files.readString(log)).isTrue();
              return found[0] != null;
            });
    PrometheusServer server = new PrometheusServer(process, "http://" + found[0]);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () ->
                server
                    .get("/api/v1/status/runtimeinfo")
                    .at("/data/reloadConfigSuccess")
                    .asBoolean());
    return server;
  }

  /** Waits for so many successful scrapes from now on. */
  void awaitScrapes(int count) {
    double before = scrapes();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> scrapes() >= before + count);
  }

  private double scrapes() {
    return query("count_over_time((up{job=\"clipure-stream\"} == 1)[10m:1s])")
        .at("/data/result/0/value/1")
        .asDouble();
  }

  JsonNode query(String promql) {
    return get("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
  }

  JsonNode get(String path) {
    try {
      return JSON.readTree(
          client
              .send(
                  HttpRequest.newBuilder(URI.create(address + path)).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
