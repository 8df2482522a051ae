package io.clipure.stream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.TopicsConfig;
import io.clipure.stream.deploy.ComposeStack.Port;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stack as README brings it up, by either command that people have. */
class ComposeIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path folder;

  private final TopicsConfig topics = AppConfig.load(List.of()).topics();

  @ParameterizedTest
  @ValueSource(strings = {"docker-compose", "docker compose"})
  void one_command_brings_up_what_labels_the_demo_and_one_takes_it_down(String command)
      throws Exception {
    List<String> compose = List.of(command.split(" "));
    requireDocker();
    String version = versionOf(compose);
    int images = demoImages();
    List<String> services = ComposeStack.services();
    ComposeStack stack = new ComposeStack(compose, folder);
    long started = System.nanoTime();
    try (stack) {
      stack.up(services);
      double up = since(started);
      everyImageIsDecidedOnce(stack, images);
      System.out.printf(
          "containers: %s brought up %s in %.0f s; all %d images decided after %.0f s%n",
          version, services, up, images, since(started));
      await().atMost(PATIENCE).until(() -> targets(stack).equals(List.of("up")));
      assertThat(get(stack.port(Port.SERVICE_PORT), "/health/ready").statusCode()).isEqualTo(200);
      assertThat(get(stack.port(Port.REGISTRY_PORT), "/apis/ccompat/v7/subjects").body())
          .contains(topics.images() + "-value", topics.labelled() + "-value");
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + Yaml.text(stack.log()), e);
    }
    assertThat(stack.left()).as("left behind").isEmpty();
  }

  private void everyImageIsDecidedOnce(ComposeStack stack, int images) {
    List<String> published = new ArrayList<>();
    List<String> decided = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = consumer(stack.port(Port.BROKER_PORT))) {
      await("published = labelled + dead-lettered")
          .atMost(PATIENCE)
          .until(
              () -> {
                read(consumer, published, decided);
                return published.size() >= images && decided.containsAll(published);
              });
      assertThat(published).hasSize(images).doesNotHaveDuplicates();
      assertThat(decided).containsExactlyInAnyOrderElementsOf(published);
      assertThat(consumer.listTopics().keySet())
          .contains(topics.lowConfidence(), topics.adversarial(), topics.labelSets());
    }
  }

  private static double since(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  private void requireDocker() {
    String known = System.getenv("CLIPURE_DOCKER");
    if ("unavailable".equals(known)) {
      skip("CLIPURE_DOCKER=unavailable");
    }
    if (ComposeStack.output("docker", "info").isEmpty()) {
      missing("no Docker daemon answers (Debian: docker.io, then dockerd)");
    }
    List<String> images = ComposeStack.missingImages();
    if (!images.isEmpty()) {
      missing(images + " not here and not to be pulled; .ci/stand-ins/make makes stand-ins");
    }
  }

  private static String versionOf(List<String> compose) {
    List<String> command = new ArrayList<>(compose);
    command.add("version");
    String printed = ComposeStack.output(command.toArray(String[]::new)).orElse("");
    if (printed.isEmpty() && compose.size() == 1) {
      missing("no docker-compose here (Debian: docker-compose)");
    } else if (printed.isEmpty()) {
      skip("this docker has no compose (2.x; .ci/compose-v2 fetches it)");
    }
    return printed.lines().findFirst().orElseThrow();
  }

  /** Skips, but fails where continuous integration should have had it. */
  private static void missing(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      fail(reason + "; under CI that is only right with CLIPURE_DOCKER=unavailable");
    }
    skip(reason);
  }

  /** Surefire's log names no reason. */
  private static void skip(String reason) {
    System.out.println("containers: compose skipped: " + reason);
    abort(reason);
  }

  private static int demoImages() throws IOException {
    try (Stream<Path> files = Files.list(Yaml.ROOT.resolve("streams-app/demo/images"))) {
      return (int) files.count();
    }
  }

  private KafkaConsumer<String, String> consumer(int port) {
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", "127.0.0.1:" + port,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    List<TopicPartition> partitions =
        Stream.of(topics.images(), topics.labelled(), topics.deadLetter())
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(one -> new TopicPartition(one.topic(), one.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private void read(
      KafkaConsumer<String, String> consumer, List<String> published, List<String> decided) {
    consumer
        .poll(Duration.ofMillis(500))
        .forEach(one -> (one.topic().equals(topics.images()) ? published : decided).add(one.key()));
  }

  private static List<String> targets(ComposeStack stack) throws Exception {
    List<String> healths = new ArrayList<>();
    new ObjectMapper()
        .readTree(get(stack.port(Port.PROMETHEUS_PORT), "/api/v1/targets").body())
        .at("/data/activeTargets")
        .forEach(target -> healths.add(target.get("health").asText()));
    return healths;
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
