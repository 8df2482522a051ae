package io.clipure.stream.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the README says of the image, looked up in the built one and in a container of it. */
@ExtendWith(StageExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainerImageIT {
  private static final long LARGEST = 450_000_000;
  private static final long MEMORY = ServiceContainer.MEMORY;
  private static final String HOME = "/opt/clipure/";

  private InspectImageResponse image;
  private ServiceContainer service;

  @BeforeAll
  void start(Stage stage) {
    Names names = new Names("containers-image");
    stage.createTopics(names);
    service = stage.service("service", names).probedEvery(Duration.ofSeconds(3));
    service.start();
    Stage.say(
        "ready %.1f s after the start of a container with one CPU".formatted(service.uptime()));
    image = service.getDockerClient().inspectImageCmd(stage.image().id()).exec();
  }

  @AfterAll
  void remove() {
    if (service != null) {
      service.stop();
    }
  }

  @Test
  void the_image_is_small() {
    Stage.say("image of %.0f MB".formatted(image.getSize() / 1e6));
    assertThat(image.getSize()).isBetween(100_000_000L, LARGEST);
  }

  @Test
  void its_labels_say_what_it_is() {
    assertThat(image.getConfig().getLabels())
        .containsEntry("org.opencontainers.image.title", "clipure-stream")
        .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
        .containsEntry("org.opencontainers.image.base.name", "debian:bookworm-slim")
        .containsEntry("org.opencontainers.image.version", BuiltImage.LABELLED.get("VERSION"))
        .containsEntry("org.opencontainers.image.revision", BuiltImage.LABELLED.get("REVISION"))
        .containsEntry("org.opencontainers.image.created", BuiltImage.LABELLED.get("CREATED"));
  }

  @Test
  void it_holds_the_jars_that_were_packaged_and_no_broker_or_test_code() throws IOException {
    String jar = Digests.of(Files.readAllBytes(BuiltImage.JAR));
    assertThat(service.run("sha256sum", HOME + "clipure-stream.jar")).startsWith(jar);
    try (Stream<Path> files = Files.list(BuiltImage.JAR.resolveSibling("lib"))) {
      List<String> packaged = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertThat(service.run("ls", HOME + "lib").lines().sorted().toList()).isEqualTo(packaged);
      assertThat(packaged)
          .noneMatch(name -> name.matches("(kafka_2|kafka-server|kafka-metadata|scala-).*"))
          .noneMatch(name -> name.matches("(junit|assertj|testcontainers|awaitility).*"));
    }
    assertThat(service.run("ls", HOME).lines()).doesNotContain("embedded");
    assertThat(service.run("java", "-jar", HOME + "clipure-stream.jar", "demo", "--count", "1"))
        .contains("embedded");
  }

  @Test
  void nobody_special_runs_it_and_its_root_file_system_is_read_only() {
    assertThat(image.getConfig().getUser()).isEqualTo("10001:10001");
    assertThat(service.run("id")).startsWith("uid=10001(clipure) gid=10001(clipure)");
    assertThat(service.run("touch", "/var/tmp/file", HOME + "file")).contains("Read-only");
    assertThat(service.run("grep", "CapEff", "/proc/1/status")).endsWith("0000000000000000");
    assertThat(service.run("grep", "NoNewPrivs", "/proc/1/status")).endsWith("1");
  }

  /** As the service itself logs it: what the collector gives out, a bit below the limit. */
  @Test
  void half_of_the_container_is_heap() {
    String line =
        service
            .getLogs()
            .lines()
            .filter(one -> one.contains("memory: heap"))
            .findFirst()
            .orElse("");
    assertThat(line).contains("memory: heap ");
    long heap = Long.parseLong(line.replaceAll(".*memory: heap (\\d+)MiB.*", "$1")) << 20;
    Stage.say("heap %d MiB of a container with %d MiB".formatted(heap >> 20, MEMORY >> 20));
    assertThat(heap).isBetween(MEMORY * 45 / 100, MEMORY / 2);
  }

  @Test
  void its_health_check_finds_it_healthy() {
    await().atMost(Duration.ofMinutes(2)).until(() -> service.health().equals("healthy"));
    assertThat(service.get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void its_first_process_is_the_service_and_drains_at_sigterm() {
    assertThat(service.run("cat", "/proc/1/comm")).isEqualTo("java");
    long from = System.nanoTime();
    assertThat(service.terminate()).isZero();
    Stage.say(
        "ended %.1f s after SIGTERM, exit code 0".formatted((System.nanoTime() - from) / 1e9));
    assertThat(service.lastWords()).contains("stopped: all drained and committed");
  }
}
