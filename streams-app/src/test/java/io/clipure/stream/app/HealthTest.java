package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.app.chaos.RegistryServer;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.ModerationListener;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a probe sees of {@code run}, a process of its own, from start to end. */
class HealthTest {
  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static final RegistryServer REGISTRY = new RegistryServer("health");

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start();
    REGISTRY.start();
    TopicSetup.create(broker, AppConfig.load(List.of(ConfigSource.flags(keys()))), 1);
  }

  @AfterAll
  static void stop() {
    REGISTRY.close();
    broker.close();
  }

  private static Map<String, String> keys() {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", REGISTRY.url());
    keys.put("suspicion.views", "none");
    return keys;
  }

  private static Path place(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  @Test
  void start_loss_of_the_broker_recovery_and_shutdown_are_seen() throws Exception {
    try (RunProcess run = RunProcess.start(place("walk"), keys())) {
      RunProcess.Health first = run.health("/health/ready");
      assertThat(first.status()).isEqualTo(503);
      assertThat(first.check("bundle")).startsWith("failing: loading and verifying");
      assertThat(run.health("/health/live").status()).isEqualTo(200);

      RunProcess.Health ready = run.awaitReady(true);
      assertThat(ready.check("bundle")).startsWith("ok: verified: emoji");
      assertThat(ready.check("devices")).isEqualTo("ok: cpu working");
      assertThat(ready.check("label-set")).contains("demo, from the file");
      assertThat(ready.check("stream-live")).isEqualTo("ok: RUNNING");
      assertThat(ready.check("cluster")).startsWith("ok: answered");

      broker.stopNode(0);
      RunProcess.Health lost = run.awaitReady(false);
      assertThat(lost.check("cluster")).startsWith("failing: no answer for");
      assertThat(run.health("/health/live").status()).as("a restart would not help").isEqualTo(200);

      broker.startNode(0);
      run.awaitReady(true);

      run.terminate();
      List<Integer> readiness = new ArrayList<>();
      List<Integer> liveness = new ArrayList<>();
      while (run.alive()) {
        try {
          readiness.add(run.health("/health/ready").status());
          liveness.add(run.health("/health/live").status());
        } catch (IOException e) {
          break; // the port has closed
        }
      }
      assertThat(run.exitCode()).as(run.log()).isZero();
      assertThat(readiness).as("told of the stop").endsWith(503);
      assertThat(liveness).as("alive until the end").containsOnly(200);
    }
  }

  @Test
  void a_bad_bundle_is_never_ready_and_ends_the_process_with_2() throws Exception {
    Path bundle = copyOfTheDemoBundle();
    Files.writeString(bundle.resolve("image.onnx"), "not a graph");
    Map<String, String> keys = keys();
    keys.put("model.bundle", bundle.toString());
    try (RunProcess run = RunProcess.start(place("bad"), keys)) {
      List<RunProcess.Health> seen = new ArrayList<>();
      seen.add(run.health("/health/ready"));
      while (run.alive()) {
        try {
          seen.add(run.health("/health/ready"));
        } catch (IOException e) {
          break;
        }
      }
      assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
      assertThat(seen)
          .allSatisfy(
              health -> {
                assertThat(health.status()).isEqualTo(503);
                assertThat(health.check("bundle")).contains(bundle.toString());
              });
      assertThat(run.log()).contains("image.onnx");
    }
  }

  private static Path copyOfTheDemoBundle() throws IOException {
    Path from = Home.locate().demoBundle();
    Path to = place("bundle");
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  @Test
  void the_reason_of_a_refusal_is_shown_while_the_port_is_open() {
    AppConfig config = AppConfig.load(List.of(ConfigSource.flags(Map.of("ops.port", "0"))));
    ServiceHealth health = new ServiceHealth(config);
    health.refused("image.onnx: its digest is not the manifest's");
    assertThat(health.ready())
        .anySatisfy(
            check -> {
              assertThat(check.name()).isEqualTo("bundle");
              assertThat(check.ok()).isFalse();
              assertThat(check.detail()).contains("image.onnx: its digest");
            });
  }

  @Test
  void switched_off_nothing_is_opened_and_nobody_is_told() {
    AppConfig config = AppConfig.load(List.of(ConfigSource.flags(Map.of("ops.enabled", "false"))));
    try (Operations operations = Operations.open(config)) {
      assertThat(operations.address()).isEmpty();
      assertThat(operations.listener()).isSameAs(ModerationListener.NONE);
    }
  }

  @Test
  void a_port_in_use_is_refused_by_its_key() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertRefused(
          "ops.port: " + taken.getLocalPort(),
          "ops.port=" + taken.getLocalPort(),
          "ops.host=0.0.0.0");
    }
  }

  @Test
  void a_host_that_is_not_this_machines_is_refused_by_its_key() {
    assertRefused("ops.host: 192.0.2.1 is no address", "ops.host=192.0.2.1", "ops.port=0");
    assertRefused("ops.host: no.such.host.invalid", "ops.host=no.such.host.invalid", "ops.port=0");
    assertRefused("ops.host:", "ops.host=a b", "ops.port=0");
  }

  @Test
  void a_port_out_of_range_is_refused_by_its_key() {
    assertRefused("ops.port: \"65536\" is not allowed", "ops.port=65536");
    assertRefused("ops.port: \"http\"", "ops.port=http");
  }

  private static void assertRefused(String words, String... settings) {
    List<String> line = new ArrayList<>(List.of("run"));
    for (String setting : settings) {
      line.addAll(List.of("--set", setting));
    }
    keys().forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains(words);
  }
}
