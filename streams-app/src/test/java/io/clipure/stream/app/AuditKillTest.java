package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.app.chaos.RegistryServer;
import io.clipure.stream.audit.plan.PlanFile;
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

  @TempDir private Path folder;

  @Test
  void a_killed_replay_is_resumed_and_a_killed_rescore_is_taken_over_exactly() throws Exception {
    try (RegistryServer registry = new RegistryServer("audit-kill")) {
      registry.start();
      try (Audits audits = Audits.start(registry.url(), AuditProcesses.TIMES)) {
        TopicSetup.create(audits.broker(), audits.config(), 2);
        audits.publish("images", IMAGES);

        Path replay = folder.resolve("replay.json");
        Process first = child(audits, "replay", replay, "replayed.");
        killMidway(audits, first, replay);
        JsonNode account =
            AuditProcesses.account(audits.run("replay", "--json", "--plan", replay.toString()));
        assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);
        assertThat(account.path("deadLettered").asInt()).isEqualTo(1);

        Path rescore = folder.resolve("rescore.json");
        Process second =
            child(audits, "rescore", rescore, "rescored.", "--topic", "replayed.labelled");
        killMidway(audits, second, rescore);
        account =
            AuditProcesses.account(audits.run("rescore", "--json", "--plan", rescore.toString()));
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

  private Process child(Audits audits, String command, Path plan, String prefix, String... more)
      throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of("--plan", plan.toString(), "--output-prefix", prefix, "--rate", "30"));
    line.addAll(List.of(more));
    return AuditProcesses.start(
        audits, folder.resolve(command + ".log").toFile(), command, line.toArray(String[]::new));
  }

  /** Kills it once part of the range, and not all of it, is committed. */
  private void killMidway(Audits audits, Process process, Path plan) throws Exception {
    try (Admin admin = Clients.admin(audits.config())) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () -> {
                assertThat(process.isAlive()).as("the child").isTrue();
                return Files.exists(plan)
                    && AuditProcesses.committed(admin, PlanFile.read(plan)) > IMAGES / 4;
              });
      process.destroyForcibly().waitFor();
      assertThat(AuditProcesses.committed(admin, PlanFile.read(plan))).isLessThan(IMAGES);
    } finally {
      process.destroyForcibly();
    }
  }
}
