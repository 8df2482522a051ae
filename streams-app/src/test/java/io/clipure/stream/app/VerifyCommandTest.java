package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts that the real service wrote, derived again. */
class VerifyCommandTest {
  private static final int IMAGES = 24;
  private static final Map<String, Path> FILES = AuditFixture.images(IMAGES);
  private static final String FIRST = FILES.keySet().iterator().next();

  @TempDir private static Path folder;
  private static AuditFixture audit;
  private static Map<String, LabelledImage> verdicts;
  private static String ends;

  @BeforeAll
  static void label() throws IOException {
    // A set of five labels: compiling all of the demo's would take most of the test's time.
    audit =
        new AuditFixture(
            Map.of("suspicion.key", "0123456789abcdef", "policy.labels", labels("a.yaml", "")));
    // Only the topic has it.
    Path labels =
        Path.of(
            labels(
                "b.yaml",
                "  - {id: cat, name: Cat, group: safe, action: ALLOW, prompts: [cat face]}\n"));
    CommandLineRun published = audit.run("labels", "publish", labels.toString());
    assertThat(published.exitCode()).as(published.err()).isZero();
    audit.publish(FILES);
    verdicts = audit.label(IMAGES);
    ends = audit.ends();
  }

  private static String labels(String name, String more) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(
        file,
        """
        name: demo
        labels:
          - {id: pistol, name: Pistol, group: weapons, action: BLOCK, threshold: 0.25, prompts: [pistol]}
          - {id: pill, name: Pill, group: drugs, action: REVIEW, prompts: [pill]}
          - {id: dog, name: Dog, group: safe, action: ALLOW, prompts: [dog face]}
          - {id: ball, name: Ball, group: safe, action: ALLOW, prompts: [basketball]}
        """
            + more);
    return file.toString();
  }

  @AfterAll
  static void close() {
    audit.close();
  }

  private static LabelledImage verdict() {
    return verdicts.get(FIRST);
  }

  private static List<JsonNode> lines(CommandLineRun run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  /** The outcome of a verdict of the test's own, as JSON. */
  private static JsonNode outcome(LabelledImage verdict, String... more) throws Exception {
    List<String> line = new ArrayList<>(List.of("verify", "--json", "--at"));
    line.add(audit.write(verdict));
    line.addAll(List.of(more));
    CommandLineRun run = audit.run(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.FINDINGS);
    return lines(run).get(0);
  }

  private static LabelledImage.Builder altered() {
    return LabelledImage.newBuilder(verdict());
  }

  @Test
  void every_verdict_of_the_service_is_reproduced_to_the_bit() throws IOException {
    CommandLineRun run = audit.run("verify", "--json", "--all", "--to", ends);

    JsonNode summary = lines(run).get(lines(run).size() - 1).get("summary");
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(summary.get("reproducedExactly").asInt()).isEqualTo(IMAGES);
    assertThat(summary.get("largestDifference").asDouble()).isZero();
    assertThat(summary.get("interval95").get(0).asDouble()).isBetween(0.85, 0.9);
    assertThat(summary.get("mostThatDiffer95").asDouble())
        .as("about 3 / 24")
        .isBetween(0.117, 0.118);
  }

  @Test
  void a_sample_is_the_same_one_every_time() {
    CommandLineRun once = audit.run("verify", "--sample", "5", "--to", ends);
    CommandLineRun again = audit.run("verify", "--sample", "5", "--to", ends);
    CommandLineRun other = audit.run("verify", "--sample", "5", "--to", ends, "--key", "else");

    assertThat(once.out()).contains("Reproduced 5 of 5 verdicts: 100.00 %").isEqualTo(again.out());
    assertThat(other.out()).isNotEqualTo(once.out());
  }

  @Test
  void outcomes_come_in_order_whether_they_wait_for_a_batch_or_not() throws Exception {
    LabelledImage.Builder elsewhere = altered();
    elsewhere.getOriginBuilder().setOffset(1_000_000L);
    Map<String, String> written = new TreeMap<>();
    written.put(audit.write(verdict()), "REPRODUCED");
    written.put(audit.write(elsewhere.build()), "SCORES_REPRODUCED");
    written.put(audit.write(verdict()), "REPRODUCED");
    List<String> line = new ArrayList<>(List.of("verify", "--json"));
    written.keySet().forEach(at -> line.addAll(List.of("--at", at)));

    List<JsonNode> lines = lines(audit.run(line.toArray(String[]::new)));

    Map<String, String> seen = new LinkedHashMap<>();
    lines.stream()
        .limit(3)
        .forEach(
            one ->
                seen.put(
                    one.get("place").asText().replaceFirst(".* ", ""),
                    one.get("outcome").asText()));
    assertThat(seen).containsExactlyEntriesOf(written);
    assertThat(lines.get(3).at("/summary/mostThatDiffer95").isMissingNode()).isTrue();
  }

  @Test
  void a_score_that_was_changed_is_found_and_named() throws Exception {
    List<LabelScore> scores = new ArrayList<>(verdict().getScores());
    LabelScore third = scores.get(2);
    double changed = third.getScore() + 0.01;
    scores.set(
        2,
        new LabelScore(third.getLabel(), third.getGroup(), changed, third.getScoreBefore(), null));

    JsonNode outcome = outcome(altered().setScores(scores).build());

    assertThat(outcome.get("outcome").asText()).isEqualTo("DIFFERS");
    assertThat(outcome.at("/differences/0/field").asText())
        .isEqualTo("scores[" + third.getLabel() + "].score");
    assertThat(outcome.at("/differences/0/by").asDouble()).isBetween(0.0099, 0.0101);
    assertThat(outcome.get("notes").toString())
        .contains("does not agree with the embeddings")
        .isNotNull();
  }

  @Test
  void an_embedding_that_was_changed_is_found() throws Exception {
    byte[] bytes = new byte[verdict().getEmbedding().remaining()];
    verdict().getEmbedding().duplicate().get(bytes);
    bytes[1] ^= 0x04;

    JsonNode outcome = outcome(altered().setEmbedding(ByteBuffer.wrap(bytes)).build());

    assertThat(outcome.get("outcome").asText()).isEqualTo("DIFFERS");
    assertThat(outcome.at("/differences/0/field").asText()).isEqualTo("embedding");
  }

  @Test
  void what_is_not_to_be_had_is_named() throws Exception {
    Map<String, String> expected = new HashMap<>();
    Map<String, String> seen = new HashMap<>();
    String none = "0".repeat(64);
    Provenance.Builder provenance = Provenance.newBuilder(verdict().getProvenance());
    check(expected, seen, "LABEL_SET_UNKNOWN", provenance.setLabelSetDigest(none).build());
    provenance = Provenance.newBuilder(verdict().getProvenance());
    check(expected, seen, "BUNDLE_UNKNOWN", provenance.setModelDigest("../" + none).build());
    provenance = Provenance.newBuilder(verdict().getProvenance());
    check(expected, seen, "CALIBRATION_UNKNOWN", provenance.setCalibrationId("x@1").build());
    provenance = Provenance.newBuilder(verdict().getProvenance());
    check(expected, seen, "VIEW_PLAN_UNKNOWN", provenance.setViewPlan("twist:2").build());

    assertThat(seen).isEqualTo(expected);
  }

  private static void check(
      Map<String, String> expected, Map<String, String> seen, String why, Provenance provenance)
      throws Exception {
    JsonNode outcome = outcome(altered().setProvenance(provenance).build());
    expected.put(why, why);
    seen.put(why, outcome.path("why").asText());
  }

  @Test
  void without_the_key_of_the_views_only_the_scores_are_reproduced() throws Exception {
    JsonNode outcome = outcome(verdict(), "--set", "suspicion.key=fedcba9876543210");

    assertThat(outcome.get("outcome").asText()).isEqualTo("SCORES_REPRODUCED");
    assertThat(outcome.get("why").asText()).isEqualTo("VIEWS_KEY_UNKNOWN");
  }

  @Test
  void a_record_of_version_1_has_an_outcome() throws Exception {
    Path history = Path.of("..", "schemas", "src", "test", "resources", "history", "v1");
    Schema.Parser parser = new Schema.Parser();
    parser.parse(Files.readString(history.resolve("Decision.avsc")));
    Schema written = parser.parse(Files.readString(history.resolve("LabelledImage.avsc")));
    LabelledImage old =
        new SpecificDatumReader<LabelledImage>(written, LabelledImage.getClassSchema())
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(Files.readAllBytes(history.resolve("LabelledImage.bin")), null));
    assertThat(outcome(old).get("why").asText()).isEqualTo("BUNDLE_UNKNOWN");

    // The same old form, of a bundle and a set that are known.
    Provenance now = verdict().getProvenance();
    LabelledImage known =
        LabelledImage.newBuilder(old)
            .setProvenance(
                Provenance.newBuilder(old.getProvenance())
                    .setModelDigest(now.getModelDigest())
                    .setLabelSetDigest(now.getLabelSetDigest())
                    .build())
            .build();
    JsonNode outcome = outcome(known);
    assertThat(outcome.get("why").asText()).isEqualTo("IMAGE_GONE");
    assertThat(outcome.get("notes").toString()).contains("engine was onnxruntime 1.29.0");
  }

  @Test
  void where_events_are_deleted_embeddings_give_the_scores_and_a_file_gives_the_image()
      throws Exception {
    LabelledImage.Builder elsewhere = altered();
    elsewhere.getOriginBuilder().setOffset(1_000_000L);
    LabelledImage gone = elsewhere.build();

    JsonNode scores = outcome(gone);
    assertThat(scores.get("outcome").asText()).isEqualTo("SCORES_REPRODUCED");
    assertThat(scores.get("why").asText()).isEqualTo("IMAGE_GONE");

    JsonNode near = outcome(LabelledImage.newBuilder(gone).setDecidedBy("pill").build());
    assertThat(near.get("outcome").asText()).isEqualTo("DIFFERS");
    assertThat(near.get("notes").toString()).contains("half precision alone may decide");

    String at = audit.write(gone);
    CommandLineRun asked = audit.run("verify", "--scores-only", "--at", at);
    assertThat(asked.exitCode()).as(asked.out()).isZero();
    assertThat(asked.out()).contains("scores reproduced", "Scores reproduced of 1 of 1");

    CommandLineRun given = audit.run("verify", "--at", at, "--image", FILES.get(FIRST).toString());
    assertThat(given.exitCode()).as(given.out()).isZero();
    assertThat(given.out()).startsWith("reproduced exactly " + FIRST);

    Path other = FILES.values().stream().skip(1).findFirst().orElseThrow();
    CommandLineRun wrong = audit.run("verify", "--json", "--at", at, "--image", other.toString());
    assertThat(lines(wrong).get(0).get("why").asText()).isEqualTo("IMAGE_DIFFERS");
  }

  @Test
  void a_record_in_a_file_is_read_too() throws Exception {
    Path file = folder.resolve("verdict.bin");
    Files.write(
        file,
        Clients.serdes(audit.config)
            .labelledImage()
            .serializer()
            .serialize(audit.config.topics().labelled(), verdict()));
    CommandLineRun run = audit.run("verify", "--record", file.toString());
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).startsWith("reproduced exactly " + FIRST);
  }

  @Test
  void a_store_keeps_what_the_topic_will_forget() throws Exception {
    Path store = folder.resolve("store");
    CommandLineRun added = audit.run("store", "add", "--store", store.toString(), "--published");
    assertThat(added.exitCode()).as(added.err()).isZero();
    String digest = verdict().getProvenance().getLabelSetDigest();
    assertThat(added.out()).contains(digest);
    assertThat(CommandLineRun.of("store", "list", "--store", store.toString()).out())
        .isEqualTo(added.out());

    String elsewhere = "topics.label-sets=forgotten";
    String at = audit.write(verdict());
    assertThat(audit.run("verify", "--at", at, "--set", elsewhere).out())
        .contains("LABEL_SET_UNKNOWN: no label set with digest " + digest);
    CommandLineRun found =
        audit.run("verify", "--at", at, "--set", elsewhere, "--store", store.toString());
    assertThat(found.out()).contains("reproduced exactly");
  }

  @Test
  void wrong_usage_is_refused_in_a_line() {
    assertThat(audit.run("verify").err()).contains("which verdicts?");
    assertThat(audit.run("verify", "--at", "0:1", "--sample", "3").err()).contains("exclude");
    assertThat(audit.run("verify", "--at", "zero").err()).contains("[TOPIC:]PARTITION:OFFSET");
    assertThat(audit.run("verify", "--all", "--image", "a.png").err()).contains("one verdict");
    assertThat(audit.run("verify", "--all", "--store", "/no/where").err()).contains("store add");
    CommandLineRun unknown = audit.run("verify", "--event", "nobody\u001b[2J");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(unknown.out()).contains("nobody\\u{1b}[2J: no verdict on it among");
  }
}
