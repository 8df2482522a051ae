package io.clipure.stream.audit.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.stream.audit.AuditException;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.TopicRange;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Plans as JSON files. */
public final class PlanFile {
  private static final String FORMAT = "clipure-audit-plan/1";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private PlanFile() {}

  /**
   * Writes a new plan, whole or not at all.
   *
   * @throws AuditException if the file is there already or cannot be written
   */
  public static void create(Path file, AuditPlan plan) {
    Path target = file.toAbsolutePath();
    try {
      Path part = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".part");
      try {
        Files.writeString(part, json(plan));
        Files.move(part, target);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (FileAlreadyExistsException e) {
      throw new AuditException(
          "plan %s: another instance has just written it; run the command again to join it"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new AuditException(
          "plan %s cannot be written: %s; choose another place with --plan".formatted(file, e), e);
    }
  }

  /** The text of a plan. */
  static String json(AuditPlan plan) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("id", plan.id());
    root.put("kind", plan.kind().key());
    root.put("createdAt", plan.createdAt().toString());
    ObjectNode source = root.putObject("source").put("topic", plan.source().topic());
    ArrayNode partitions = source.putArray("partitions");
    for (PartitionRange range : plan.source().partitions()) {
      partitions
          .addObject()
          .put("partition", range.partition())
          .put("requested", range.requested())
          .put("logStart", range.logStart())
          .put("start", range.start())
          .put("end", range.end());
    }
    root.putObject("outputs")
        .put("labelled", plan.outputs().labelled())
        .put("lowConfidence", plan.outputs().lowConfidence())
        .put("adversarial", plan.outputs().adversarial())
        .put("deadLetter", plan.outputs().deadLetter());
    ObjectNode candidate = root.putObject("candidate");
    plan.candidate().facts().forEach(candidate::put);
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan of plain values is always JSON", e);
    }
  }

  /**
   * Reads a plan.
   *
   * @throws AuditException if it is not there, not whole or not a plan
   */
  public static AuditPlan read(Path file) {
    try {
      return plan(JSON.readTree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      throw wrong(file, "it is no JSON (line " + e.getLocation().getLineNr() + ")", e);
    } catch (IOException e) {
      throw new AuditException("plan %s cannot be read: %s".formatted(file, e), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw wrong(file, e.getMessage(), e);
    }
  }

  private static AuditException wrong(Path file, String why, Exception cause) {
    return new AuditException(
        "plan %s is not one: %s; give the file that replay or rescore wrote, unchanged"
            .formatted(file, String.valueOf(why).replaceAll("\\s+", " ")),
        cause);
  }

  private static AuditPlan plan(JsonNode root) {
    if (!FORMAT.equals(root.path("format").asText())) {
      throw new IllegalArgumentException("its format is not " + FORMAT);
    }
    String id = text(root, "id");
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("its id is not 1 to 64 letters, digits and hyphens");
    }
    JsonNode source = root.path("source");
    List<PartitionRange> ranges = new ArrayList<>();
    for (JsonNode range : source.path("partitions")) {
      ranges.add(
          new PartitionRange(
              Math.toIntExact(number(range, "partition")),
              number(range, "requested"),
              number(range, "logStart"),
              number(range, "start"),
              number(range, "end")));
    }
    JsonNode outputs = root.path("outputs");
    Map<String, String> facts = new LinkedHashMap<>();
    root.path("candidate")
        .properties()
        .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
    return new AuditPlan(
        id,
        AuditPlan.Kind.valueOf(text(root, "kind").toUpperCase(java.util.Locale.ROOT)),
        Instant.parse(text(root, "createdAt")),
        new TopicRange(text(source, "topic"), ranges),
        new OutputTopics(
            text(outputs, "labelled"),
            text(outputs, "lowConfidence"),
            text(outputs, "adversarial"),
            text(outputs, "deadLetter")),
        new Candidate(facts));
  }

  private static String text(JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw new IllegalArgumentException("field " + field + " is missing or no text");
    }
    return node.path(field).asText();
  }

  private static long number(JsonNode node, String field) {
    if (!node.path(field).isIntegralNumber()) {
      throw new IllegalArgumentException("field " + field + " is missing or no whole number");
    }
    return node.path(field).asLong();
  }
}
