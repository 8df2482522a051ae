package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.app.chaos.RegistryServer;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.PlanFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a child JVM in the middle of an audit. */
class AuditKillTest {
  private static final int IMAGES = 240;

  /** Short, so that what a killed instance held is free again in seconds. */
  private static final Map<String, String> TIMES =
      Map.of(
          "stream.commit-interval", "200ms",
          "batching.drain-deadline", "6s",
          "batching.device-deadline", "2900ms",
          "kafka.consumer.session.timeout.ms", "6000",
          "kafka.consumer.heartbeat.interval.ms", "500",
          "kafka.producer.transaction.timeout.ms", "13000");

  @TempDir private Path folder;

  @Test
  void a_killed_replay_is_resumed_and_a_killed_rescore_is_taken_over_exactly() throws Exception {
    try (RegistryServer registry = new RegistryServer("audit-kill")) {
      registry.start();
      try (Audits audits = Audits.start(registry.url(), TIMES)) {
        TopicSetup.create(audits.broker(), audits.config(), 2);
        audits.publish("images", IMAGES);

        Path replay = folder.resolve("replay.json");
        Process first = child(audits, "replay", replay, "replayed.", 30);
        killMidway(audits, first, replay);
        JsonNode account = account(audits.run("replay", "--json", "--plan", replay.toString()));
        assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);
        assertThat(account.path("deadLettered").asInt()).isEqualTo(1);

        Path rescore = folder.resolve("rescore.json");
        Process second =
            child(audits, "rescore", rescore, "rescored.", 30, "--topic", "replayed.labelled");
        killMidway(audits, second, rescore);
        account = account(audits.run("rescore", "--json", "--plan", rescore.toString()));
        assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);

        Map<String, LabelledImage> replayed = audits.labelled("replayed.labelled");
        Map<String, LabelledImage> rescored = audits.labelled("rescored.labelled");
        assertThat(rescored.keySet()).isEqualTo(replayed.keySet());
        rescored.forEach(
            (id, image) ->
                assertThat(image.getDecision()).isEqualTo(replayed.get(id).getDecision()));
      }
    }
  }

  private static JsonNode account(CommandLineRun run) throws IOException {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    JsonNode account = new ObjectMapper().readTree(run.out()).path("account");
    assertThat(account.path("unaccounted").asInt()).isZero();
    assertThat(account.path("doubled").asInt()).isZero();
    assertThat(account.path("both").asInt()).isZero();
    return account;
  }

  private Process child(
      Audits audits, String command, Path plan, String prefix, int rate, String... more)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    line.addAll(
        List.of(
            audits.line(
                command,
                "--plan",
                plan.toString(),
                "--output-prefix",
                prefix,
                "--rate",
                Integer.toString(rate))));
    line.addAll(List.of(more));
    File log = folder.resolve(command + ".log").toFile();
    return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log).start();
  }

  /** Kills it once part of the range, and not all of it, is committed. */
  private void killMidway(Audits audits, Process process, Path plan) throws Exception {
    try (Admin admin = Clients.admin(audits.config())) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () -> {
                assertThat(process.isAlive()).as("the child").isTrue();
                return Files.exists(plan) && committed(admin, PlanFile.read(plan)) > IMAGES / 4;
              });
      process.destroyForcibly().waitFor();
      assertThat(committed(admin, PlanFile.read(plan))).isLessThan(IMAGES);
    } finally {
      process.destroyForcibly();
    }
  }

  private static long committed(Admin admin, AuditPlan plan) throws Exception {
    return admin
        .listConsumerGroupOffsets(plan.applicationId())
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(offset -> offset == null ? 0 : offset.offset())
        .sum();
  }
}
