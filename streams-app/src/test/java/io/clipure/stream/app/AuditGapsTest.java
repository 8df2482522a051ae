package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.stream.audit.plan.PlanFile;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.topology.SourcePosition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits of topics that are not what they were: compacted, shortened, transactional, going on. */
class AuditGapsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String FEW = "kafka.consumer.max.partition.fetch.bytes=150000";

  @TempDir private static Path all;
  private static Audits audits;
  private static byte[] image;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    audits =
        Audits.start(
            "mock://gaps",
            Map.of(
                "policy.labels", AuditFixture.fewLabels(all).toString(),
                "suspicion.views", "none",
                "stream.commit-interval", "200ms"));
    Path first = BundledImages.files().stream().findFirst().orElseThrow();
    image = Files.readAllBytes(first);
  }

  @AfterAll
  static void close() {
    audits.close();
  }

  @Test
  void compaction_while_a_replay_runs_leaves_an_exact_account() throws Exception {
    String topic = "compacted";
    audits
        .broker()
        .createTopics(
            List.of(topic),
            1,
            Map.of(
                "cleanup.policy", "compact",
                "segment.ms", "1",
                "min.cleanable.dirty.ratio", "0.01",
                "delete.retention.ms", "0",
                "min.compaction.lag.ms", "3600000"));
    try (Producer<String, ImageEvent> producer = producer(Map.of())) {
      // Sixty, all of them again, the last ten taken back, and one for the segment that is left.
      for (int i = 0; i < 120; i++) {
        send(producer, topic, "id-" + i % 60);
      }
      for (int i = 50; i < 60; i++) {
        producer.send(new ProducerRecord<>(topic, "id-" + i, null)).get();
      }
      send(producer, topic, "last");
    }
    assertThat(visible(topic)).hasSize(131);

    Path plan = folder.resolve("plan.json");
    CompletableFuture<CommandLineRun> replay = replay(plan, topic, "of-compacted.", "20");
    awaitCommitted(replay, plan, 15);
    set(topic, "min.compaction.lag.ms", "0");
    await().atMost(PATIENCE).until(() -> visible(topic).size() <= 61);

    JsonNode account = AuditProcesses.account(replay.get(2, TimeUnit.MINUTES));
    Set<Long> read = positions("of-compacted.labelled");
    read.addAll(positions("of-compacted.dead-letter"));
    assertThat(read).as("what the topic still holds").containsAll(visible(topic));
    assertThat(account.path("offsets").asInt()).isEqualTo(131);
    assertThat(account.path("labelled").asInt() + account.path("deadLettered").asInt())
        .isEqualTo(read.size())
        .isBetween(61, 120);
    assertThat(account.path("withoutRecord").asInt()).isEqualTo(131 - read.size());
    assertThat(account.path("deleted").asInt()).isZero();
  }

  @Test
  void records_deleted_while_a_replay_runs_are_counted_as_deleted() throws Exception {
    String topic = "shortened";
    audits.broker().createTopics(List.of(topic), 1, Map.of());
    try (Producer<String, ImageEvent> producer = producer(Map.of())) {
      for (int i = 0; i < 120; i++) {
        send(producer, topic, "id-" + i);
      }
    }

    Path plan = folder.resolve("plan.json");
    CompletableFuture<CommandLineRun> replay = replay(plan, topic, "of-shortened.", "20");
    awaitCommitted(replay, plan, 15);
    try (Admin admin = Clients.admin(audits.config())) {
      TopicPartition at = new TopicPartition(topic, 0);
      admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(100))).all().get();
    }

    JsonNode account = AuditProcesses.account(replay.get(2, TimeUnit.MINUTES));
    Set<Long> read = positions("of-shortened.labelled");
    assertThat(read).contains(0L, 14L, 100L, 119L);
    assertThat(account.path("labelled").asInt()).isEqualTo(read.size()).isBetween(35, 100);
    assertThat(account.path("deleted").asInt()).isEqualTo(120 - read.size());
    assertThat(account.path("withoutRecord").asInt()).isZero();
  }

  @Test
  void transactions_in_every_compression_are_read_through_and_aborted_ones_left_out()
      throws Exception {
    String topic = "transactional";
    audits.broker().createTopics(List.of(topic), 1, Map.of());
    List<String> codecs = List.of("zstd", "lz4", "gzip", "snappy", "none");
    for (String codec : codecs) {
      try (Producer<String, ImageEvent> producer =
          producer(
              Map.of(
                  ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                  codec,
                  ProducerConfig.COMPRESSION_TYPE_CONFIG,
                  codec))) {
        producer.initTransactions();
        producer.beginTransaction();
        for (int i = 0; i < 4; i++) {
          producer.send(new ProducerRecord<>(topic, codec + i, event(codec + i)));
        }
        producer.commitTransaction();
        producer.beginTransaction();
        for (int i = 0; i < 3; i++) {
          producer.send(new ProducerRecord<>(topic, "aborted", event("aborted")));
        }
        producer.flush();
        producer.abortTransaction();
      }
    }

    JsonNode account =
        AuditProcesses.account(
            replay(folder.resolve("plan.json"), topic, "of-transactional.", "1000")
                .get(2, TimeUnit.MINUTES));
    assertThat(account.path("labelled").asInt()).isEqualTo(4 * codecs.size());
    assertThat(account.path("withoutRecord").asInt())
        .as("three aborted and two markers each")
        .isEqualTo(5 * codecs.size());
    assertThat(audits.labelled("of-transactional.labelled").keySet())
        .hasSize(4 * codecs.size())
        .contains("zstd0", "lz43", "gzip1", "snappy2", "none3");
  }

  @Test
  void what_stands_behind_the_end_of_a_partition_is_not_fetched() throws Exception {
    String topic = "going-on";
    audits.broker().createTopics(List.of(topic), 2, Map.of());
    try (Producer<String, ImageEvent> producer = producer(Map.of())) {
      for (int i = 0; i < 300; i++) {
        producer.send(new ProducerRecord<>(topic, 0, "short-" + i, event("short-" + i)));
      }
      for (int i = 0; i < 60; i++) {
        producer.send(new ProducerRecord<>(topic, 1, "long-" + i, event("long-" + i)));
      }
    }

    JsonNode account =
        AuditProcesses.account(
            audits.run(
                "replay",
                "--json",
                "--topic",
                topic,
                "--to",
                "0:8,1:60",
                "--plan",
                folder.resolve("plan.json").toString(),
                "--output-prefix",
                "of-going-on.",
                "--rate",
                "12",
                "--set",
                FEW));
    assertThat(account.path("labelled").asInt()).isEqualTo(68);
    assertThat(bytesOut(topic) / image.length)
        .as("images sent: 68 of the plan, a few fetched ahead, and not the 292 behind the end")
        .isBetween(68L, 110L);
  }

  @Test
  void a_replay_starts_from_its_plan_and_ends_under_the_streams_group_protocol_too()
      throws Exception {
    String topic = "streams-protocol";
    audits.broker().createTopics(List.of(topic), 2, Map.of());
    try (Producer<String, ImageEvent> producer = producer(Map.of())) {
      for (int i = 0; i < 20; i++) {
        send(producer, topic, "id-" + i);
      }
      try (Admin admin = Clients.admin(audits.config())) {
        TopicRange range =
            new RangePlanner().plan(admin, topic, new Point.Earliest(), new Point.Latest());
        long last = range.partitions().get(1).end();
        JsonNode account =
            AuditProcesses.account(
                audits.run(
                    "replay",
                    "--json",
                    "--topic",
                    topic,
                    "--from",
                    "0:2,1:1",
                    "--to",
                    "0:6,1:" + last,
                    "--plan",
                    folder.resolve("plan.json").toString(),
                    "--output-prefix",
                    "of-streams-protocol.",
                    "--set",
                    "stream.group-protocol=streams"));
        assertThat(account.path("labelled").asLong()).isEqualTo(4 + last - 1);
        String group = PlanFile.read(folder.resolve("plan.json")).applicationId();
        assertThat(admin.describeStreamsGroups(List.of(group)).all().get())
            .as("a group of this protocol")
            .containsKey(group);
      }
    }
  }

  /** What the broker has sent of a topic to anybody. */
  private static long bytesOut(String topic) throws Exception {
    return (long)
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(
                new ObjectName(
                    "kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec,topic=" + topic),
                "Count");
  }

  private static CompletableFuture<CommandLineRun> replay(
      Path plan, String topic, String prefix, String rate) {
    return CompletableFuture.supplyAsync(
        () ->
            audits.run(
                "replay",
                "--json",
                "--topic",
                topic,
                "--plan",
                plan.toString(),
                "--output-prefix",
                prefix,
                "--rate",
                rate,
                "--set",
                FEW),
        run -> new Thread(run, "replay").start());
  }

  private static void awaitCommitted(
      CompletableFuture<CommandLineRun> replay, Path plan, long offsets) {
    try (Admin admin = Clients.admin(audits.config())) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                assertThat(replay).as("the replay").isNotDone();
                return Files.exists(plan)
                    && AuditProcesses.committed(admin, PlanFile.read(plan)) >= offsets;
              });
    }
  }

  private static void set(String topic, String key, String value) throws Exception {
    try (Admin admin = Clients.admin(audits.config())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static Set<Long> visible(String topic) {
    Set<Long> offsets = new TreeSet<>();
    NewestRecords.each(
        audits.config(), topic, Integer.MAX_VALUE / 8, record -> offsets.add(record.offset()));
    return offsets;
  }

  /** Offsets of the source that results of an output topic are of. */
  private static Set<Long> positions(String topic) {
    List<Long> offsets = new ArrayList<>();
    NewestRecords.each(
        audits.config(),
        topic,
        Integer.MAX_VALUE / 8,
        record -> offsets.add(SourcePosition.of(record.headers()).orElseThrow().offset()));
    assertThat(offsets).doesNotHaveDuplicates();
    return new HashSet<>(offsets);
  }

  private static Producer<String, ImageEvent> producer(Map<String, Object> settings) {
    return Clients.producer(
        audits.config(),
        settings,
        new StringSerializer(),
        Clients.serdes(audits.config()).imageEvent().serializer());
  }

  private static void send(Producer<String, ImageEvent> producer, String topic, String id)
      throws Exception {
    producer.send(new ProducerRecord<>(topic, id, event(id))).get();
  }

  private static ImageEvent event(String id) {
    return ImageEvent.newBuilder()
        .setId(id)
        .setContent(new InlineImage(ByteBuffer.wrap(image)))
        .build();
  }
}
