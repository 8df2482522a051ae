package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.stream.audit.plan.AuditPlan;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Audits as processes of their own, and what they leave. */
final class AuditProcesses {
  /** Short, so that what a killed instance held is free again in seconds. */
  static final Map<String, String> TIMES =
      Map.of(
          "stream.commit-interval", "200ms",
          "batching.drain-deadline", "6s",
          "batching.device-deadline", "2900ms",
          "kafka.consumer.session.timeout.ms", "8000",
          "kafka.consumer.heartbeat.interval.ms", "500",
          "kafka.producer.transaction.timeout.ms", "13000");

  private AuditProcesses() {}

  /** Starts an audit in a JVM of its own; what it says goes to a file. */
  static Process start(Audits audits, File log, String command, String... more) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    line.addAll(List.of(audits.line(command, more)));
    return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log).start();
  }

  /** Offsets of a plan that are committed, all partitions together. */
  static long committed(Admin admin, AuditPlan plan) throws Exception {
    return admin
        .listConsumerGroupOffsets(plan.applicationId())
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(offset -> offset == null ? 0 : offset.offset())
        .sum();
  }

  /** The account of a run with {@code --json}, in which nothing is missing or double. */
  static JsonNode account(CommandLineRun run) throws IOException {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    JsonNode account = new ObjectMapper().readTree(run.out()).path("account");
    assertThat(account.path("unaccounted").asInt()).isZero();
    assertThat(account.path("doubled").asInt()).isZero();
    assertThat(account.path("both").asInt()).isZero();
    assertThat(account.path("strangers").asInt()).isZero();
    return account;
  }
}
