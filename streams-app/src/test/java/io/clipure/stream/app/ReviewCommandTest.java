package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.schemas.Purification;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.schemas.Suspicion;
import io.clipure.schemas.Timings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From verdicts to people and back, on a broker; verdicts are made up, images are real. */
class ReviewCommandTest {
  private static final int VERDICTS = 300;
  private static final int FLAGGED = 12;
  private static final String NONE = "0".repeat(64);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static AuditFixture audit;

  @BeforeAll
  static void write() throws Exception {
    audit = new AuditFixture(Map.of());
    Map<String, Path> images = AuditFixture.images(1);
    audit.publish(images);
    Path image = images.values().iterator().next();
    String sha =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(image)));
    try (Producer<String, LabelledImage> producer =
        Clients.producer(
            audit.config,
            Map.of(),
            new StringSerializer(),
            Clients.serdes(audit.config).labelledImage().serializer())) {
      String topic = audit.config.topics().labelled();
      for (int i = 0; i < VERDICTS; i++) {
        LabelledImage verdict = verdict("event-" + i, i < FLAGGED, i % 10 == 0);
        producer.send(new ProducerRecord<>(topic, verdict.getId(), verdict));
      }
      // At least once: the same event again, and one whose image is there.
      LabelledImage twice = verdict("event-0", true, true);
      producer.send(new ProducerRecord<>(topic, twice.getId(), twice));
      for (int partition = 0; partition < 2; partition++) {
        LabelledImage.Builder real = LabelledImage.newBuilder(verdict("real", true, true));
        real.setId(images.keySet().iterator().next());
        real.setOrigin(new SourceCoordinates("images", partition, 0L));
        real.getImageBuilder().setSha256(sha).setFormat("../jpg");
        producer.send(new ProducerRecord<>(topic, partition, real.getId(), real.build()));
      }
      producer.flush();
    }
  }

  @AfterAll
  static void close() {
    audit.close();
  }

  private static LabelledImage verdict(String id, boolean flagged, boolean pistol) {
    return LabelledImage.newBuilder()
        .setId(id)
        .setOrigin(new SourceCoordinates("images", 0, 1_000_000L))
        .setImage(new ImageFacts(NONE, "png", 64, 64, 100L, 1, NONE))
        .setDecision(pistol ? Decision.BLOCK : Decision.ALLOW)
        .setDecidedBy(pistol ? "pistol" : "cat")
        .setTopLabel(pistol ? "pistol" : "cat")
        .setTopScore(0.9)
        .setMargin(0.8)
        .setScores(
            List.of(
                new LabelScore("cat", "safe", pistol ? 0.1 : 0.9, 0.5, null),
                new LabelScore("pistol", "weapons", pistol ? 0.9 : 0.1, 0.5, 0.25)))
        .setFlags(
            flagged ? List.of(new Flag(FlagKind.LOW_CONFIDENCE, "\u001b[2J is low")) : List.of())
        .setSuspicion(new Suspicion("none", 0.0, 1.0, Map.of()))
        .setPurification(new Purification("off", 0.0, 0.0, 0.0, false))
        .setProvenance(
            Provenance.newBuilder()
                .setModelName("any")
                .setModelDigest(NONE)
                .setLabelSetName("demo")
                .setLabelSetDigest(NONE)
                .setPreprocessing("any")
                .setEngine("any")
                .setPrecision("fp32")
                .setDevice("cpu")
                .setApplicationVersion("1")
                .build())
        .setTimings(Timings.newBuilder().setLabelledAt(Instant.EPOCH).build())
        .build();
  }

  private static List<ObjectNode> export(String name, String... more) throws IOException {
    Path out = folder.resolve(name);
    List<String> line = new ArrayList<>(List.of("review", "export", "--out", out.toString()));
    line.addAll(List.of(more));
    CommandLineRun run = audit.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    List<ObjectNode> lines = new ArrayList<>();
    for (String text : Files.readAllLines(out)) {
      lines.add((ObjectNode) JSON.readTree(text));
    }
    return lines;
  }

  private static CommandLineRun importing(String name, List<?> lines, String... more)
      throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, lines.stream().map(Object::toString).toList());
    List<String> line = new ArrayList<>(List.of("review", "import", file.toString()));
    line.addAll(List.of(more));
    return audit.run(line.toArray(String[]::new));
  }

  @Test
  void every_flagged_verdict_and_a_repeatable_share_of_the_rest_are_exported_once()
      throws IOException {
    List<ObjectNode> lines = export("a.jsonl", "--share", "10%");

    assertThat(lines.stream().filter(line -> line.get("stratum").asText().equals("flagged")))
        .hasSize(FLAGGED + 1)
        .allMatch(line -> line.get("inclusionProbability").asDouble() == 1);
    assertThat(lines.stream().filter(line -> line.get("stratum").asText().equals("random")))
        .hasSizeBetween(12, 48)
        .allMatch(line -> line.get("inclusionProbability").asDouble() == 0.1);
    assertThat(lines.stream().map(line -> line.get("id").asText())).doesNotHaveDuplicates();
    assertThat(lines.get(0).at("/topLabels/0/score").asDouble()).isEqualTo(0.9);
    export("b.jsonl", "--share", "10%");
    assertThat(folder.resolve("a.jsonl")).hasSameBinaryContentAs(folder.resolve("b.jsonl"));
    assertThat(Files.readString(folder.resolve("a.jsonl"))).doesNotContain("\u001b");
    assertThat(export("c.jsonl", "--share", "10%", "--key", "mine")).isNotEqualTo(lines);
  }

  @Test
  void images_are_written_under_their_digest_whatever_the_record_says() throws IOException {
    Path images = folder.resolve("images");
    List<ObjectNode> lines = export("d.jsonl", "--share", "0%", "--images", images.toString());

    List<String> files =
        lines.stream()
            .filter(line -> line.at("/image/file").isTextual())
            .map(line -> line.at("/image/file").asText())
            .toList();
    assertThat(files).singleElement().asString().matches("[0-9a-f]{64}");
    assertThat(images.resolve(files.get(0)))
        .hasSameBinaryContentAs(AuditFixture.images(1).values().iterator().next());
    assertThat(lines).anyMatch(line -> line.at("/image/missing").asText().contains("IMAGE_GONE"));
    assertThat(lines).hasSize(FLAGGED + 1);
  }

  @Test
  void decisions_come_back_and_give_precision_and_recall() throws IOException {
    List<ObjectNode> lines = export("e.jsonl", "--share", "30%");
    for (ObjectNode line : lines) {
      boolean said = line.get("topLabel").asText().equals("pistol");
      // One verdict is wrong.
      boolean pistol = said && !line.get("id").asText().equals("event-10");
      ObjectNode review = (ObjectNode) line.get("review");
      review.put("decision", pistol ? "BLOCK" : "ALLOW").put("reviewer", "anna");
      review.putArray("labels").add(pistol ? "pistol" : "cat");
    }
    CommandLineRun imported = importing("e-done.jsonl", lines);
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out()).startsWith(lines.size() + " reviews are in images.reviews");

    JsonNode report = JSON.readTree(audit.run("review", "report", "--json").out());
    assertThat(report.get("joined").asInt()).isEqualTo(lines.size());
    JsonNode block = report.at("/decisions/1");
    assertThat(block.get("name").asText()).isEqualTo("BLOCK");
    // 33 verdicts say so (one event twice): 5 flagged, one of them wrong, and 28 of the rest.
    double right = (5 * (2.0 / 3) + 28) / 33;
    assertThat(block.get("verdicts").asInt()).isEqualTo(33);
    assertThat(block.at("/precision/value").asDouble()).isBetween(0.9, 0.97);
    assertThat(right).isBetween(0.9, 0.97);
    assertThat(block.at("/precision/low").asDouble()).isLessThan(right);
    assertThat(block.at("/recall/value").asDouble()).isEqualTo(1);
    CommandLineRun text = audit.run("review", "report");
    assertThat(text.out())
        .contains("pistol", "PRECISION", "right decisions")
        .isEqualTo(audit.run("review", "report").out());
    assertThat(export("f.jsonl", "--share", "30%", "--unreviewed")).isEmpty();
  }

  @Test
  void a_file_with_a_wrong_line_is_refused_whole() throws IOException {
    String good =
        "{\"id\":\"event-1\",\"stratum\":\"flagged\",\"inclusionProbability\":1,"
            + "\"review\":{\"decision\":\"ALLOW\",\"reviewer\":\"bert\",\"labels\":[%s]}}";
    String stranger = good.formatted("").replace("event-1", "nobody\u202e");
    CommandLineRun run =
        importing(
            "bad.jsonl",
            List.of(good.formatted(""), "{}", good.formatted(""), good.formatted("\"A\"")));
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains(
            "bad.jsonl: line 2: id is missing",
            "line 3: id \"event-1\" was reviewed in line 1 already",
            "line 4: review.labels holds");

    CommandLineRun unknown =
        importing("unknown.jsonl", List.of(stranger, good.formatted("\"dragon\"")));
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(unknown.err())
        .contains(
            "line 1: id \"nobody\\u{202e}\" has no verdict",
            "line 2: review.labels are [dragon], which label set demo does not have");
    assertThat(new ReviewsTopic(audit.config).read().values())
        .noneMatch(review -> review.getReviewer().equals("bert"));
    assertThat(
            importing("empty.jsonl", List.of(good.replace("\"ALLOW\"", "null").formatted("")))
                .err())
        .contains("nobody filled in any of 1 lines");
  }

  @Test
  void wrong_usage_is_refused_in_a_line() throws IOException {
    Files.writeString(folder.resolve("there.jsonl"), "");
    assertThat(
            audit.run("review", "export", "--out", folder.resolve("there.jsonl").toString()).err())
        .contains("overwrite it with --force");
    assertThat(audit.run("review", "export", "--share", "101%").err()).contains("is no share");
    Path out = folder.resolve("many.jsonl");
    assertThat(audit.run("review", "export", "--max", "3", "--out", out.toString()).err())
        .contains("more than 3 verdicts would be exported");
    assertThat(out).doesNotExist();
    assertThat(audit.run("review", "import", "/no/where").err()).contains("no such file");
    assertThat(audit.run("review", "report", "--topic", "none").err()).contains("does not exist");
  }
}
