package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.app.chaos.RegistryServer;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.ops.metrics.OpsMeter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is committed under docker/ for Prometheus and Grafana, against a running service with a
 * back-fill topic and a shadow, and where Debian's prometheus package is installed, by the real
 * one.
 */
class PrometheusTest {
  private static final Path DOCKER = Path.of("..", "docker").toAbsolutePath().normalize();
  private static final Path RULES = DOCKER.resolve("prometheus/alerts.yml");
  private static final Path DASHBOARD = DOCKER.resolve("grafana/clipure-stream.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IMAGES = 24;
  private static final RegistryServer REGISTRY = new RegistryServer("prometheus");

  /** Labels that Prometheus adds by itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance", "le");

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static RunProcess run;
  private static Scrape scrape;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start();
    REGISTRY.start();
    Path candidate = Files.writeString(folder.resolve("candidate"), "purify.preset=paper\n");
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", REGISTRY.url());
    keys.put("topics.images-backfill", "images-old");
    keys.put("suspicion.views", "none");
    keys.put("policy.suspicion-threshold", "0.000001");
    keys.put("shadow.config", candidate.toString());
    keys.put("shadow.share", "1");
    AppConfig config = AppConfig.load(List.of(ConfigSource.flags(keys)));
    TopicSetup.create(broker, config, 1);
    run = RunProcess.start(folder, keys);
    run.awaitReady(true);
    // The shadow begins at the end of the topic.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> run.log().contains("shadow: state REBALANCING -> RUNNING"));
    publish(config, config.topics().images(), IMAGES);
    publish(config, "images-old", 2);
    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(
            () -> {
              scrape = Scrape.of(run.get("/metrics").body());
              assertThat(scrape.sum("clipure_verdicts_total")).isEqualTo(IMAGES + 2);
              assertThat(scrape.sum("clipure_shadow_verdicts_total")).isEqualTo(IMAGES);
              assertThat(scrape.sum("clipure_shadow_dead_letters_total")).isEqualTo(1);
              assertThat(scrape.names()).contains("clipure_lag");
            });
  }

  private static void publish(AppConfig config, String topic, int count) throws Exception {
    List<Path> files = BundledImages.files();
    try (ImagePublisher publisher = Clients.publisher(config, topic)) {
      for (int i = 0; i <= count; i++) {
        byte[] image = i == count ? new byte[] {1, 2, 3} : Files.readAllBytes(files.get(i));
        publisher.send(
            ImageEvent.newBuilder()
                .setId(topic + i)
                .setUploadedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .setContent(new InlineImage(ByteBuffer.wrap(image)))
                .build());
      }
      publisher.flush();
    }
  }

  @AfterAll
  static void stop() {
    if (run != null) {
      run.close();
    }
    REGISTRY.close();
    broker.close();
  }

  @Test
  void a_scrape_holds_every_meter_of_the_catalogue_with_its_tags_and_no_other_of_ours() {
    Set<String> catalogued = new TreeSet<>();
    for (OpsMeter meter : OpsMeter.values()) {
      String name = meter.prometheusName();
      List<String> names =
          meter.kind() == OpsMeter.Kind.HISTOGRAM
              ? List.of(name + "_bucket", name + "_count", name + "_sum", name + "_max")
              : List.of(name);
      catalogued.addAll(names);
      Set<String> labels = new TreeSet<>(scrape.labels(names.get(0)));
      labels.remove("le");
      assertThat(scrape.names()).as(meter.name()).containsAll(names);
      assertThat(labels).as(meter.name()).isEqualTo(new TreeSet<>(meter.tags()));
    }
    assertThat(scrape.names().stream().filter(name -> name.startsWith("clipure_")))
        .allMatch(catalogued::contains);
  }

  @Test
  void the_numbers_are_those_of_the_images_that_were_sent() {
    assertThat(scrape.sum("clipure_latency_seconds_count")).isEqualTo(IMAGES + 2);
    assertThat(scrape.sum("clipure_label_verdicts_total")).isEqualTo(IMAGES + 2);
    assertThat(scrape.sum("clipure_dead_letters_total")).isEqualTo(2);
    assertThat(scrape.sum("clipure_encoded_total")).isGreaterThanOrEqualTo(IMAGES + 2);
    assertThat(scrape.sum("clipure_observer_failures_total")).isZero();
    assertThat(scrape.sum("clipure_ready")).isEqualTo(1);
    assertThat(scrape.sum("clipure_shadow_running")).isEqualTo(1);
    assertThat(scrape.sum("clipure_device_busy_seconds_total")).isPositive();
  }

  @Test
  void nothing_random_and_nothing_for_each_partition_is_in_kafkas_own_names() {
    assertThat(scrape.text().lines().filter(line -> line.startsWith("kafka_")))
        .isNotEmpty()
        .noneMatch(line -> line.matches(".*[0-9a-f]{8}-[0-9a-f]{4}-.*"))
        .noneMatch(line -> line.contains("partition=\"") || line.contains("node_id=\""));
    assertThat(scrape.text().lines().count()).as("lines of a scrape").isLessThan(6_000);
  }

  @Test
  void open_metrics_is_given_to_whoever_asks_for_it() throws IOException {
    assertThat(run.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0").body())
        .contains("# TYPE clipure_verdicts counter")
        .endsWith("# EOF\n");
    assertThat(run.get("/metrics").body()).doesNotContain("# EOF");
  }

  @Test
  void dashboard_and_rules_use_only_names_and_labels_of_the_scrape() throws IOException {
    List<String> queries = new ArrayList<>(dashboardQueries());
    queries.addAll(ruleQueries());
    assertThat(queries).hasSizeGreaterThan(40);
    for (String query : queries) {
      Promql promql = Promql.of(query);
      assertThat(promql.metrics()).as(query).isNotEmpty();
      for (String metric : promql.metrics()) {
        if (!metric.equals("up")) {
          assertThat(scrape.names()).as(query).contains(metric);
        }
      }
      Set<String> known = new TreeSet<>(OF_PROMETHEUS);
      promql.metrics().forEach(metric -> known.addAll(scrape.labels(metric)));
      assertThat(known).as(query).containsAll(promql.labels());
    }
  }

  @Test
  void promtool_finds_nothing_wrong() throws Exception {
    Promtool.require();
    Promtool.Run rules = Promtool.run(Path.of("."), "", "check", "rules", RULES.toString());
    assertThat(rules.code()).as(rules.output()).isZero();
    Path config = DOCKER.resolve("prometheus/prometheus.yml");
    Promtool.Run checked = Promtool.run(Path.of("."), "", "check", "config", config.toString());
    assertThat(checked.code()).as(checked.output()).isZero();
    Promtool.Run tested =
        Promtool.run(DOCKER.resolve("prometheus"), "", "test", "rules", "alerts.test.yml");
    assertThat(tested.code()).as(tested.output()).isZero();
    Promtool.Run lint = Promtool.run(Path.of("."), scrape.text(), "check", "metrics");
    assertThat(lint.output().lines())
        .as("Kafka's own names are not ours to mend")
        .allMatch(line -> line.startsWith("kafka_"));
  }

  @Test
  void a_real_prometheus_scrapes_it_loads_the_rules_and_answers_every_query() throws Exception {
    Promtool.require();
    try (PrometheusServer prometheus = PrometheusServer.start(folder, DOCKER, run.address())) {
      // Rates need two scrapes with something between them; one more batch gives it to them.
      prometheus.awaitScrapes(2);
      AppConfig config =
          AppConfig.load(
              List.of(
                  ConfigSource.flags(
                      Map.of(
                          "kafka.bootstrap.servers",
                          broker.bootstrapServers(),
                          "schema.registry.url",
                          REGISTRY.url()))));
      publish(config, config.topics().images(), 4);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  prometheus
                          .query("sum(clipure_shadow_verdicts_total)")
                          .at("/data/result/0/value/1")
                          .asDouble()
                      >= IMAGES + 4);
      prometheus.awaitScrapes(2);

      JsonNode rules = prometheus.get("/api/v1/rules").at("/data/groups/0/rules");
      assertThat(rules).hasSameSizeAs(ruleQueries());
      assertThat(rules)
          .allSatisfy(
              rule -> {
                assertThat(rule.get("health").asText()).as(rule.toString()).isNotEqualTo("err");
                assertThat(rule.get("lastError")).as(rule.toString()).isNull();
              });
      for (String query : dashboardQueries()) {
        JsonNode answer = prometheus.query(query);
        assertThat(answer.get("status").asText()).as(query + answer).isEqualTo("success");
        if (!query.contains("changes(")) {
          assertThat(answer.at("/data/result")).as(query + answer).isNotEmpty();
        }
      }
    }
  }

  private static List<String> dashboardQueries() throws IOException {
    List<String> queries = new ArrayList<>();
    JsonNode dashboard = JSON.readTree(DASHBOARD.toFile());
    dashboard.findParents("expr").forEach(node -> queries.add(node.get("expr").asText()));
    return queries.stream()
        .map(query -> query.replace("$instance", ".*").replace("$__rate_interval", "1m"))
        .toList();
  }

  private static List<String> ruleQueries() throws IOException {
    return Promql.expressions(Files.readString(RULES));
  }
}
