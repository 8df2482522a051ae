package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.app.chaos.RegistryServer;
import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.PlanFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of one plan at once: one here, one in a JVM of its own. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class AuditShareTest {
  private static final int IMAGES = 240;
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir static Path all;
  @TempDir private Path folder;
  private static RegistryServer registry;
  private static Audits audits;

  @BeforeAll
  static void publish() throws Exception {
    registry = new RegistryServer("audit-share");
    registry.start();
    Map<String, String> keys = new HashMap<>(AuditProcesses.TIMES);
    keys.put("policy.labels", AuditFixture.fewLabels(all).toString());
    audits = Audits.start(registry.url(), keys);
    TopicSetup.create(audits.broker(), audits.config(), PARTITIONS);
    audits.publish("images", IMAGES);
  }

  @AfterAll
  static void close() throws Exception {
    audits.close();
    registry.close();
  }

  @Test
  void a_replay_is_shared_and_one_instance_finishes_what_a_killed_one_had() throws Exception {
    JsonNode account = killedBesides("replay", "shared.");
    assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);
    assertThat(account.path("deadLettered").asInt()).isEqualTo(1);
    assertThat(audits.labelled("shared.labelled")).hasSize(IMAGES);
  }

  @Test
  void b_rescore_is_shared_and_one_instance_finishes_what_a_killed_one_had() throws Exception {
    JsonNode account = killedBesides("rescore", "shared-scores.", "--topic", "shared.labelled");
    assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);
  }

  @Test
  void c_both_instances_of_a_rescore_end_well_with_the_same_account() throws Exception {
    Path plan = folder.resolve("plan.json");
    Path log = folder.resolve("child.log");
    Process child =
        AuditProcesses.start(
            audits, log.toFile(), "rescore", line(plan, "both.", 8, "--topic", "shared.labelled"));
    try {
      CompletableFuture<CommandLineRun> here = join(child, "rescore", plan);
      awaitShared(child, log, plan);
      JsonNode account = AuditProcesses.account(here.get(2, TimeUnit.MINUTES));
      assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
      String said = Files.readString(log);
      assertThat(child.exitValue()).as(said).isZero();
      String json = said.lines().filter(line -> line.startsWith("{\"plan\"")).findFirst().get();
      assertThat(new ObjectMapper().readTree(json).path("account")).isEqualTo(account);
    } finally {
      child.destroyForcibly();
    }
  }

  private JsonNode killedBesides(String command, String prefix, String... more) throws Exception {
    Path plan = folder.resolve("plan.json");
    Path log = folder.resolve("child.log");
    Process child =
        AuditProcesses.start(audits, log.toFile(), command, line(plan, prefix, 2, more));
    try {
      CompletableFuture<CommandLineRun> here = join(child, command, plan);
      awaitShared(child, log, plan);
      child.destroyForcibly().waitFor();
      try (Admin admin = Clients.admin(audits.config())) {
        assertThat(AuditProcesses.committed(admin, PlanFile.read(plan)))
            .as("killed before the end")
            .isLessThan(IMAGES);
      }
      return AuditProcesses.account(here.get(3, TimeUnit.MINUTES));
    } finally {
      child.destroyForcibly();
    }
  }

  /**
   * The child's command line.
   *
   * @param rate so low that it has not done all before the other one is there
   */
  private static String[] line(Path plan, String prefix, int rate, String... more) {
    List<String> line =
        new ArrayList<>(List.of("--json", "--threads", "1", "--rate", Integer.toString(rate)));
    line.addAll(List.of("--plan", plan.toString(), "--output-prefix", prefix));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  /** Joins the plan that a child has made. */
  private CompletableFuture<CommandLineRun> join(Process child, String command, Path plan) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(child.isAlive()).as("the child").isTrue();
              return Files.exists(plan);
            });
    return CompletableFuture.supplyAsync(
        () ->
            audits.run(
                command, "--json", "--threads", "1", "--rate", "8", "--plan", plan.toString()),
        run -> new Thread(run, "instance").start());
  }

  /** Until each of both instances has half of the partitions, and the group has made way. */
  private static void awaitShared(Process child, Path log, Path file) throws Exception {
    AuditPlan plan = PlanFile.read(file);
    try (Admin admin = Clients.admin(audits.config())) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(e -> e.getCause() instanceof GroupIdNotFoundException)
          .until(
              () -> {
                assertThat(child.isAlive()).as("the child: " + Files.readString(log)).isTrue();
                return partitions(admin, plan.applicationId())
                    .equals(List.of(PARTITIONS / 2, PARTITIONS / 2));
              });
      long before = AuditProcesses.committed(admin, plan);
      await()
          .atMost(PATIENCE)
          .until(() -> AuditProcesses.committed(admin, plan) >= before + PARTITIONS);
    }
  }

  /** Of each member of a group, how many it has. */
  private static List<Integer> partitions(Admin admin, String group) throws Exception {
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
        .map(member -> member.assignment().topicPartitions().size())
        .toList();
  }
}
