package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.Decision;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageFacts;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.SourceCoordinates;
import io.clipure.stream.audit.diff.Metric;
import io.clipure.stream.audit.diff.Verdicts;
import io.clipure.stream.audit.sampling.KeyedHash;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.ConfigSource;
import io.clipure.stream.topology.DeadLetters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  private static EmbeddedBroker broker;

  @TempDir private Path folder;
  private final String id = "d" + UUID.randomUUID();
  private final List<byte[]> files = new ArrayList<>();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void makeTopics() throws IOException {
    broker.createTopics(List.of(images(), before(), after(), dead()), 2, Map.of());
    for (Path file : BundledImages.files().subList(0, 6)) {
      files.add(Files.readAllBytes(file));
    }
  }

  private String images() {
    return id + ".images";
  }

  private String before() {
    return id + ".before";
  }

  private String after() {
    return id + ".after";
  }

  private String dead() {
    return id + ".dead";
  }

  private Map<String, String> keys() {
    return Map.of(
        "kafka.bootstrap.servers",
        broker.bootstrapServers(),
        "schema.registry.url",
        "mock://" + id,
        "topics.images",
        images(),
        "image.file-roots",
        folder.toString());
  }

  private CommandLineRun diff(String... args) {
    List<String> line = new ArrayList<>(List.of("diff"));
    keys().forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    line.addAll(List.of("--before", before(), "--after", after()));
    line.addAll(List.of("--out", folder.resolve("out").toString()));
    line.addAll(List.of(args));
    return CommandLineRun.of(line.toArray(String[]::new));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final Map<String, Double> CAT = Map.of("cat", 0.9, "gun", 0.1);
  private static final Map<String, Double> GUN = Map.of("cat", 0.1, "gun", 0.9);

  private LabelledImage verdict(int event, Decision decision, Map<String, Double> scores) {
    LabelledImage image = Verdicts.of("event-" + event, event, decision, scores);
    return LabelledImage.newBuilder(image)
        .setOrigin(new SourceCoordinates(images(), 0, (long) event))
        .setImage(
            ImageFacts.newBuilder(image.getImage())
                .setSha256(event < files.size() ? sha256(files.get(event)) : "00")
                .build())
        .build();
  }

  /** Six events: two inline, one below a root, one by URL, one that is another now, one gone. */
  private void write(boolean transactional) throws IOException {
    Path file = folder.resolve("kept.img");
    Files.write(file, files.get(2));
    AppConfig config = AppConfig.load(List.of(ConfigSource.flags(keys())));
    Map<String, Object> client = new java.util.HashMap<>();
    client.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    client.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    if (transactional) {
      client.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    }
    try (Producer<byte[], byte[]> producer =
            new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        Serializer<ImageEvent> events = Clients.serdes(config).imageEvent().serializer();
        Serializer<LabelledImage> verdicts = Clients.serdes(config).labelledImage().serializer()) {
      if (transactional) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      List<Object> contents =
          List.of(
              new InlineImage(ByteBuffer.wrap(files.get(0))),
              new InlineImage(ByteBuffer.wrap(files.get(1))),
              new ImageReference(file.toUri().toString()),
              new ImageReference("https://example.org/x.jpg"),
              new InlineImage(ByteBuffer.wrap(files.get(5))));
      for (int i = 0; i < contents.size(); i++) {
        ImageEvent event =
            ImageEvent.newBuilder().setId("event-" + i).setContent(contents.get(i)).build();
        producer.send(
            new ProducerRecord<>(
                images(), 0, key("event-" + i), events.serialize(images(), event)));
      }
      for (int i = 0; i < 6; i++) {
        send(producer, verdicts, before(), i % 2, verdict(i, Decision.BLOCK, GUN));
        if (i != 4) {
          Decision decision = i == 5 ? Decision.BLOCK : Decision.ALLOW;
          send(producer, verdicts, after(), i % 2, verdict(i, decision, i == 5 ? GUN : CAT));
        }
      }
      send(producer, verdicts, after(), 1, verdict(1, Decision.REVIEW, CAT));
      send(producer, verdicts, after(), 0, verdict(77, Decision.ALLOW, CAT));
      producer.send(new ProducerRecord<>(after(), 0, key("junk"), key("no verdict")));
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(dead(), 0, key("event-4"), new byte[0]);
      letter.headers().add(DeadLetters.REASON, key("CORRUPT_IMAGE"));
      letter.headers().add(DeadLetters.SOURCE_TOPIC, key(images()));
      letter.headers().add(DeadLetters.SOURCE_PARTITION, key("0"));
      letter.headers().add(DeadLetters.SOURCE_OFFSET, key("4"));
      producer.send(letter);
      if (transactional) {
        producer.commitTransaction();
        producer.beginTransaction();
        send(producer, verdicts, after(), 0, verdict(5, Decision.ALLOW, CAT));
        producer.abortTransaction();
      }
    }
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void send(
      Producer<byte[], byte[]> producer,
      Serializer<LabelledImage> verdicts,
      String topic,
      int partition,
      LabelledImage verdict) {
    producer.send(
        new ProducerRecord<>(
            topic, partition, key(verdict.getId()), verdicts.serialize(topic, verdict)));
  }

  private byte[] file(String name) throws IOException {
    return Files.readAllBytes(folder.resolve("out").resolve(name));
  }

  @Test
  void twoRunsBecomeAPageATableAndAnExitCode() throws IOException {
    write(false);
    CommandLineRun run = diff("--after-dead", dead(), "--fail-if", "block-lost > 0.1%");
    assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(ExitCode.OVER_BUDGET);
    assertThat(run.out())
        .startsWith("4 of 5 decisions changed (80.0 %")
        .contains("; 4 images are no longer blocked")
        .contains("BLOCK → ALLOW", "BLOCK → dead letter", "BUDGET BROKEN", "1 only after");
    JsonNode json = new ObjectMapper().readTree(file("diff.json"));
    assertThat(json.at("/figures/joined").longValue()).isEqualTo(5);
    assertThat(json.at("/figures/matrix/BLOCK/ALLOW").longValue()).isEqualTo(3);
    assertThat(json.at("/figures/matrix/BLOCK/REVIEW").longValue()).isEqualTo(1);
    assertThat(json.at("/figures/matrix/BLOCK/DEAD_LETTER").longValue()).isEqualTo(1);
    assertThat(json.at("/figures/duplicatesAfter").longValue()).isEqualTo(1);
    assertThat(json.at("/figures/deadLetterReasons/CORRUPT_IMAGE").longValue()).isEqualTo(1);
    assertThat(json.at("/after/unreadable").longValue()).isEqualTo(1);
    assertThat(json.at("/budgets/0/broken").booleanValue()).isTrue();
    assertThat(json.at("/metrics/block-lost/hits").longValue()).isEqualTo(4);
    String page = new String(file("diff.html"), StandardCharsets.UTF_8);
    assertThat(page.split("data:image/jpeg;base64,", -1)).as("three images can be had").hasSize(4);
    assertThat(page).contains("by reference, not fetched", "other bytes than judged");
    assertThat(new String(file("diff.csv"), StandardCharsets.UTF_8).lines()).hasSize(7);

    byte[] first = file("diff.html");
    CommandLineRun again = diff("--after-dead", dead(), "--fail-if-upper", "missing > 99%");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.OK);
    assertThat(
            new String(file("diff.html"), StandardCharsets.UTF_8)
                .replaceAll("<ul class=\"checks.*?</ul>", ""))
        .as("the same page from the same topics")
        .isEqualTo(
            new String(first, StandardCharsets.UTF_8).replaceAll("<ul class=\"checks.*?</ul>", ""));
  }

  @Test
  void aShadowIsComparedOnItsSampleAlone() throws IOException {
    write(false);
    KeyedHash hash = new KeyedHash("the-key-of-the-shadow");
    List<String> ids = List.of("event-0", "event-1", "event-2", "event-3", "event-5");
    double share = ids.stream().mapToDouble(hash::fraction).sorted().skip(2).findFirst().orElse(1);
    CommandLineRun run =
        diff(
            "--sampled",
            "--set",
            "shadow.share=" + share,
            "--set",
            "shadow.key=the-key-of-the-shadow");
    assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(ExitCode.OK);
    JsonNode json = new ObjectMapper().readTree(file("diff.json"));
    assertThat(json.at("/figures/joined").longValue()).as("below the third").isEqualTo(2);
    long missing = hash.chooses("event-4", share) ? 1 : 0;
    assertThat(json.at("/figures/missing/count").longValue()).isEqualTo(missing);
  }

  @Test
  void abortedVerdictsAreNoneAndEveryOffsetIsAccountedFor() throws IOException {
    write(true);
    CommandLineRun run = diff("--no-pictures", "--after-from", "0:2,1:0");
    assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(ExitCode.OK);
    JsonNode json = new ObjectMapper().readTree(file("diff.json"));
    assertThat(json.at("/figures/matrix/BLOCK/BLOCK").longValue()).isEqualTo(1);
    // Of partition 0, events 0 and 2 were cut off by the range; 4 was never labelled.
    assertThat(json.at("/figures/missing/count").longValue()).isEqualTo(3);
    long offsets = 0;
    for (JsonNode one : json.at("/after/source/stretches")) {
      offsets +=
          one.get("end").longValue()
              - one.get("start").longValue()
              - one.get("missingInside").longValue();
    }
    assertThat(offsets)
        .isEqualTo(
            json.at("/after/labelled").longValue() + json.at("/after/unreadable").longValue());
    assertThat(run.out()).contains("hold no record: compacted, aborted or transaction markers");
    assertThat(new String(file("diff.html"), StandardCharsets.UTF_8)).doesNotContain("<img");
  }

  @Test
  void nothingToCompareIsAFindingAndWrongInputIsRefusedInOneLine() {
    CommandLineRun empty = diff();
    assertThat(empty.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(empty.out()).startsWith("No image was labelled by both runs");
    assertRefused(diff("--fail-if", "blok-lost > 1%"), "no metric 'blok-lost'", "block-lost");
    assertRefused(diff("--from", "yesterday"), "yesterday", "earliest");
    assertRefused(diff("--after-dead", "nowhere"), "nowhere does not exist");
    assertRefused(diff("--show", "-1"), "--show");
    assertRefused(diff("--temp", "/dev/null/x"), "--temp");
  }

  private static void assertRefused(CommandLineRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).contains(words);
  }

  @Test
  void theHelpNamesEveryMetric() {
    assertThat(DiffCommand.METRICS.split("[^a-z-]+"))
        .contains(Metric.names().toArray(String[]::new));
  }
}
