package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real schema registry, Apicurio, in a process of its own; Maven unpacks it below target. What is
 * registered is in a file, so that it is there again after {@link #kill} and {@link #startAgain}.
 *
 * <p>Unlike Confluent's own it starts with compatibility NONE.
 */
final class RealRegistry implements AutoCloseable {
  private static final Path HOME = Path.of("target", "registry").toAbsolutePath();
  private static final Pattern LISTENS =
      Pattern.compile("Listening on: http://127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String JSON_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Path folder;
  private Process process;
  private int port;

  private RealRegistry(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts it on a free port and waits until it answers.
   *
   * @param folder for its files
   */
  static RealRegistry start(Path folder) throws IOException {
    RealRegistry registry = new RealRegistry(Files.createDirectories(folder));
    try {
      registry.startAgain();
      return registry;
    } catch (IOException | RuntimeException | Error e) {
      registry.close();
      throw e;
    }
  }

  /** Starts it at the address that it had, with the schemas that it had. */
  void startAgain() throws IOException {
    try (var jars = Files.newDirectoryStream(HOME, "apicurio-registry-app-*-runner.jar")) {
      launch(jars.iterator().next());
    } catch (IOException e) {
      throw new IOException(
          "no registry in %s; run mvn generate-test-resources, which unpacks it there"
              .formatted(HOME),
          e);
    }
    Path log = log();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              String said = Files.readString(log);
              assertThat(process.isAlive()).as(said).isTrue();
              Matcher line = LISTENS.matcher(said);
              boolean listens = line.find();
              if (listens) {
                port = Integer.parseInt(line.group(1));
              }
              return listens && get("/subjects").isArray();
            });
  }

  private void launch(Path jar) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.http.access-log.enabled=false",
                "-Dquarkus.log.category.\"io.quarkus\".level=INFO",
                "-Dapicurio.datasource.url=jdbc:h2:file:" + folder.resolve("schemas"),
                "-jar",
                jar.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
  }

  private Path log() {
    return folder.resolve("registry.log");
  }

  /** Address of Confluent's interface. */
  String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** The answer to a question, whatever its status. */
  JsonNode get(String path) throws IOException {
    return ask("GET", path, BodyPublishers.noBody());
  }

  /** Names of the subjects. */
  List<String> subjects() throws IOException {
    return JSON.convertValue(get("/subjects"), JSON.getTypeFactory().constructType(List.class));
  }

  /** Registers a schema file's text as it is. */
  void register(String subject, String schema) throws IOException {
    String body = JSON.writeValueAsString(Map.of("schema", schema));
    String path = "/subjects/" + subject + "/versions";
    JsonNode answer = ask("POST", path, BodyPublishers.ofString(body));
    assertThat(answer.has("id")).as(answer.toString()).isTrue();
  }

  /** Sets what new schemas of a subject are held to, for example FULL. */
  void compatibility(String subject, String level) throws IOException {
    String body = JSON.writeValueAsString(Map.of("compatibility", level));
    JsonNode answer = ask("PUT", "/config/" + subject, BodyPublishers.ofString(body));
    assertThat(answer.path("compatibilityLevel").asText()).as(answer.toString()).isEqualTo(level);
  }

  private JsonNode ask(String method, String path, BodyPublisher body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .method(method, body)
            .header("Content-Type", JSON_TYPE)
            .timeout(Duration.ofSeconds(20))
            .build();
    try {
      return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Ends it as {@code kill -9} does. */
  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
