package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.LabelledImage;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replay and rescore of a real live run on an embedded broker. */
class AuditCommandsTest {
  private static final int IMAGES = 200;

  private static Audits audits;
  private static Map<String, LabelledImage> live;

  @TempDir private Path folder;

  @BeforeAll
  static void label() throws Exception {
    audits = Audits.start("mock://audits");
    TopicSetup.create(audits.broker(), audits.config(), 3);
    audits.publish("images", IMAGES);
    // Exactly once: the labelled topic then has transaction markers, and zstd batches.
    live = audits.live(IMAGES, Map.of("stream.processing-guarantee", "exactly_once_v2"));
  }

  @AfterAll
  static void stop() {
    audits.close();
  }

  @Test
  void a_replay_with_the_live_configuration_repeats_the_live_run_and_accounts_for_it()
      throws Exception {
    Path plan = folder.resolve("replay.json");
    CommandLineRun run =
        audits.run("replay", "--json", "--plan", plan.toString(), "--output-prefix", "again.");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    JsonNode account = new ObjectMapper().readTree(run.out()).path("account");
    assertThat(account.path("labelled").asInt()).isEqualTo(IMAGES);
    assertThat(account.path("deadLettered").asInt()).isEqualTo(1);
    assertThat(account.path("unaccounted").asInt()).isZero();
    assertThat(account.path("doubled").asInt()).isZero();
    assertThat(account.path("reasons").path("UNSUPPORTED_FORMAT").asInt()).isEqualTo(1);
    Map<String, LabelledImage> again = audits.labelled("again.labelled");
    assertThat(again.keySet()).isEqualTo(live.keySet());
    again.forEach(
        (id, image) -> {
          assertThat(image.getDecision()).isEqualTo(live.get(id).getDecision());
          assertThat(image.getScores()).isEqualTo(live.get(id).getScores());
          assertThat(image.getOrigin()).isEqualTo(live.get(id).getOrigin());
        });
    assertThat(audits.labelled("images.labelled")).as("untouched").isEqualTo(live);
  }

  @Test
  void rescoring_with_the_live_configuration_flips_nothing() throws Exception {
    CommandLineRun run =
        audits.run(
            "rescore",
            "--json",
            "--plan",
            folder.resolve("rescore.json").toString(),
            "--output-prefix",
            "rescored.");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    JsonNode root = new ObjectMapper().readTree(run.out());
    assertThat(root.path("account").path("labelled").asInt()).isEqualTo(IMAGES);
    assertThat(root.path("account").path("withoutRecord").asInt())
        .as("transaction markers of the live run")
        .isPositive();
    assertThat(root.path("facts").path("alike").asInt()).isEqualTo(IMAGES);
    assertThat(root.path("facts").path("flips").asInt()).isZero();
    assertThat(root.path("facts").path("largest").asDouble()).isBetween(1e-9, 0.02);
    LabelledImage before = live.get("00000");
    LabelledImage after = audits.labelled("rescored.labelled").get("00000");
    assertThat(after.getOrigin()).isEqualTo(before.getOrigin());
    assertThat(after.getImage()).isEqualTo(before.getImage());
    assertThat(after.getEmbedding()).isEqualTo(before.getEmbedding());
    assertThat(after.getViews()).hasSameSizeAs(before.getViews());
    assertThat(after.getProvenance().getViewKeyId())
        .isEqualTo(before.getProvenance().getViewKeyId());
  }

  @Test
  void rescoring_under_another_configuration_says_so_in_the_results() {
    CommandLineRun run =
        audits.run(
            "rescore",
            "--plan",
            folder.resolve("other.json").toString(),
            "--output-prefix",
            "other.",
            "--purify",
            "off",
            "--set",
            "suspicion.views=none");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).containsPattern("unaccounted +0");
    LabelledImage after = audits.labelled("other.labelled").get("00000");
    assertThat(after.getPurification().getMethod()).isEqualTo("off");
    assertThat(after.getProvenance().getViewPlan()).isEqualTo("none");
    assertThat(after.getViews()).isEmpty();
  }

  @Test
  void what_cannot_be_rescored_is_skipped_with_its_reason_and_sent_to_replay() {
    CommandLineRun run =
        audits.run(
            "rescore",
            "--plan",
            folder.resolve("views.json").toString(),
            "--output-prefix",
            "views.",
            "--set",
            "suspicion.views=blur:1");

    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out())
        .containsPattern("VIEWS_DIFFER +" + IMAGES)
        .contains("need replay, as they cannot be rescored: " + IMAGES)
        .containsPattern("unaccounted +0");
  }

  @Test
  void a_plan_is_not_shared_by_different_candidates() {
    Path plan = folder.resolve("shared.json");
    String file = plan.toString();
    audits.run("rescore", "--plan", file, "--to", "0:1,1:1,2:1");

    CommandLineRun other = audits.run("rescore", "--plan", file, "--purify", "off");
    CommandLineRun command = audits.run("replay", "--plan", file);
    CommandLineRun range = audits.run("rescore", "--plan", file, "--from", "1h");

    assertThat(other.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(other.err()).contains("of another candidate: purifier is off, the plan has cos(");
    assertThat(command.err()).contains("is one of rescore, not of replay");
    assertThat(range.err()).contains("leave out --from");
  }

  @Test
  void the_live_topics_and_topics_in_use_are_never_written_to() throws Exception {
    CommandLineRun live = audits.run("replay", "--output-prefix", "images.", "--plan", "x.json");
    audits.broker().createTopics(List.of("foreign.labelled"), 1, Map.of());
    audits.publish("foreign.labelled", 1);
    CommandLineRun used = audits.run("replay", "--output-prefix", "foreign.", "--plan", "x.json");

    assertThat(live.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(live.err())
        .contains("never writes to topics of the service")
        .contains("images.labelled");
    assertThat(used.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(used.err()).contains("hold records already: foreign.labelled");
    assertThat(Path.of("x.json")).doesNotExist();
  }

  @Test
  void mistakes_are_one_line() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"format\": 1");
    assertThat(audits.run("replay", "--topic", "nosuch", "--plan", "x.json").err())
        .isEqualTo(
            "clipure-stream: topic nosuch does not exist; check its name and"
                + " kafka.bootstrap.servers"
                + System.lineSeparator());
    assertThat(audits.run("replay", "--from", "yesterday", "--plan", "x.json").err())
        .contains("point 'yesterday' is not understood");
    assertThat(audits.run("replay", "--plan", broken.toString()).err()).contains("it is no JSON");
    assertThat(audits.run("replay", "--rate", "0").err()).contains("--rate is 0");
    assertThat(audits.run("rescore", "--set", "purify.method=diff").exitCode())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void deleted_records_are_reported() throws Exception {
    audits.broker().createTopics(List.of("old-images"), 1, Map.of());
    audits.publish("old-images", 12);
    try (Admin admin = Clients.admin(audits.config())) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition("old-images", 0), RecordsToDelete.beforeOffset(5)))
          .all()
          .get();
    }

    CommandLineRun run =
        audits.run(
            "replay",
            "--topic",
            "old-images",
            "--from",
            "0:2",
            "--plan",
            folder.resolve("deleted.json").toString(),
            "--output-prefix",
            "deleted.");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("3 offsets that were asked for had been deleted by retention")
        .contains("begin where their logs begin now")
        .containsPattern("read +8");
  }

  @Test
  void a_record_of_the_first_schema_version_is_read_and_a_broken_one_dead_lettered()
      throws Exception {
    Path v1 = Path.of("..", "schemas", "src", "test", "resources", "history", "v1");
    Schema.Parser parser = new Schema.Parser();
    parser.parse(Files.readString(v1.resolve("Decision.avsc")));
    Schema schema = parser.parse(Files.readString(v1.resolve("LabelledImage.avsc")));
    int id =
        MockSchemaRegistry.getClientForScope("audits")
            .register("v1.labelled-value", new AvroSchema(schema));
    byte[] golden = Files.readAllBytes(v1.resolve("LabelledImage.bin"));
    byte[] record =
        ByteBuffer.allocate(5 + golden.length).put((byte) 0).putInt(id).put(golden).array();
    audits.broker().createTopics(List.of("v1.labelled"), 1, Map.of());
    try (Producer<byte[], byte[]> producer =
        Clients.producer(
            audits.config(), Map.of(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("v1.labelled", record)).get();
      producer.send(new ProducerRecord<>("v1.labelled", new byte[] {1, 2, 3})).get();
    }

    CommandLineRun run =
        audits.run(
            "rescore",
            "--topic",
            "v1.labelled",
            "--plan",
            folder.resolve("v1.json").toString(),
            "--output-prefix",
            "v1-again.");

    assertThat(run.exitCode()).as("nothing could be judged").isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out())
        .containsPattern("MODEL_DIFFERS +1")
        .containsPattern("UNDECODABLE_EVENT +1")
        .contains("need replay, as they cannot be rescored: 1")
        .containsPattern("unaccounted +0");
  }
}
