package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clipure.schemas.Decision;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Timings;
import io.clipure.stream.app.chaos.HangingBundle;
import io.clipure.stream.audit.sampling.KeyedHash;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The real service with a candidate beside it; each test has topics and a group of its own. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class ShadowServiceTest {
  private static final int IMAGES = 24;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir static Path folder;
  private static Audits audits;

  @BeforeAll
  static void start() {
    audits = Audits.start("mock://shadow");
  }

  @AfterAll
  static void stop() {
    audits.close();
  }

  private static String candidate(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name + ".properties"), text).toString();
  }

  /** Topics and a group that begin with a name. */
  private static AppConfig config(String name, Map<String, String> more) {
    Map<String, String> keys =
        new HashMap<>(
            Map.of(
                "stream.application-id", name,
                "topics.images", name + ".images",
                "topics.images-labelled", name + ".labelled",
                "topics.images-flagged-low-confidence", name + ".low",
                "topics.images-flagged-adversarial", name + ".adversarial",
                "topics.images-dead-letter", name + ".dead",
                "topics.label-sets", name + ".sets",
                "topics.images-shadow", name + ".shadow",
                "topics.images-shadow-dead-letter", name + ".shadow-dead"));
    keys.putAll(more);
    return audits.config(keys);
  }

  private static void publish(AppConfig config, List<String> ids) throws IOException {
    List<Path> files = BundledImages.files();
    Map<String, byte[]> images = new TreeMap<>();
    for (String id : ids) {
      images.put(id, Files.readAllBytes(files.get(Math.floorMod(id.hashCode(), files.size()))));
    }
    publish(config, images);
  }

  private static void publish(AppConfig config, Map<String, byte[]> images) {
    try (ImagePublisher publisher = Clients.publisher(config)) {
      images.forEach(
          (id, image) ->
              publisher.send(
                  ImageEvent.newBuilder()
                      .setId(id)
                      .setContent(new InlineImage(ByteBuffer.wrap(image)))
                      .build()));
      publisher.flush();
    }
  }

  /** Results of the same images by a service without a shadow. */
  private static Map<String, LabelledImage> alone(
      String name, List<String> ids, Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.put("topics.images", name + ".images");
    String topic = name + "-alone.labelled";
    TopicSetup.create(audits.broker(), config(name + "-alone", Map.of()), 2);
    try (Service service = Service.start(config(name + "-alone", keys), Home.locate())) {
      await()
          .atMost(PATIENCE)
          .until(() -> !service.failed() && labelled(topic, ids).size() == ids.size());
    }
    return labelled(topic, ids);
  }

  private static List<String> ids(String prefix) {
    return IntStream.range(0, IMAGES).mapToObj(i -> prefix + "%03d".formatted(i)).toList();
  }

  /** A shadow begins at the end of the topic, so it has to be there before what it is to see. */
  private static void awaitShadow(AppConfig config, Service service, String sampled)
      throws IOException {
    Path any = BundledImages.files().get(0);
    awaitShadow(config, service, Map.of(sampled, Files.readAllBytes(any)));
  }

  private static void awaitShadow(AppConfig config, Service service, Map<String, byte[]> sampled) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              assertThat(service.shadowLastWords()).isEmpty();
              publish(config, sampled);
              return !audits.labelled(config.topics().shadow()).isEmpty();
            });
  }

  private static Map<String, LabelledImage> labelled(String topic, List<String> ids) {
    Map<String, LabelledImage> labelled = new TreeMap<>(audits.labelled(topic));
    labelled.keySet().retainAll(ids);
    return labelled;
  }

  /** What is not a matter of the moment. */
  private static Map<String, LabelledImage> lasting(Map<String, LabelledImage> results) {
    Timings none = new Timings(0L, 0L, 0L, 0, Instant.EPOCH);
    Map<String, LabelledImage> lasting = new TreeMap<>();
    results.forEach(
        (id, image) -> lasting.put(id, LabelledImage.newBuilder(image).setTimings(none).build()));
    return lasting;
  }

  @Test
  void a_shadow_with_another_label_set_judges_all_and_leaves_the_live_results_as_they_were()
      throws Exception {
    Path labels = folder.resolve("labels.yaml");
    Files.writeString(
        labels,
        Files.readString(Home.locate().demoLabels()).replace("action: BLOCK", "action: REVIEW"));
    AppConfig config =
        config(
            "all",
            Map.of(
                "shadow.config",
                candidate("labels", "policy.labels=" + labels + "\n"),
                "shadow.share",
                "1"));
    TopicSetup.create(audits.broker(), config, 2);
    List<String> ids = ids("a");
    try (Service service = Service.start(config, Home.locate())) {
      assertThat(service.toString()).contains("shadow: 1.0 of the live events", "on the live enc");
      awaitShadow(config, service, "warm");
      publish(config, ids);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  labelled("all.labelled", ids).size() == IMAGES
                      && labelled("all.shadow", ids).size() == IMAGES);
      assertThat(service.stop()).isTrue();
    }
    Map<String, LabelledImage> live = labelled("all.labelled", ids);
    Map<String, LabelledImage> shadow = labelled("all.shadow", ids);

    assertThat(lasting(live)).isEqualTo(lasting(alone("all", ids, Map.of())));

    ids.forEach(
        id -> {
          assertThat(shadow.get(id).getEmbedding()).isEqualTo(live.get(id).getEmbedding());
          assertThat(shadow.get(id).getOrigin()).isEqualTo(live.get(id).getOrigin());
          assertThat(shadow.get(id).getProvenance().getModelDigest())
              .isEqualTo(live.get(id).getProvenance().getModelDigest());
          assertThat(shadow.get(id).getProvenance().getLabelSetDigest())
              .isNotEqualTo(live.get(id).getProvenance().getLabelSetDigest());
        });
    assertThat(live.values()).extracting(LabelledImage::getDecision).contains(Decision.BLOCK);
    ids.forEach(
        id -> {
          Decision before = live.get(id).getDecision();
          assertThat(shadow.get(id).getDecision())
              .isEqualTo(before == Decision.BLOCK ? Decision.REVIEW : before);
        });
  }

  @Test
  void a_shadow_with_other_views_brings_an_encoder_and_sees_exactly_its_sample() throws Exception {
    String key = "the-key-of-this-sample";
    AppConfig config =
        config(
            "half",
            Map.of(
                "shadow.config",
                candidate("views", "suspicion.views=blur:1\npurify.preset=off\n"),
                "shadow.share",
                "0.5",
                "shadow.key",
                key));
    TopicSetup.create(audits.broker(), config, 2);
    List<String> ids = ids("h");
    Set<String> sample = runWithHalfInTheShadow(config, "half", key, ids);
    Map<String, LabelledImage> shadow = labelled("half.shadow", ids);
    assertThat(shadow.keySet()).isEqualTo(sample);
    assertThat(shadow.values())
        .allSatisfy(
            image -> {
              assertThat(image.getProvenance().getViewPlan()).isEqualTo("blur:1");
              assertThat(image.getPurification().getMethod()).isEqualTo("off");
              assertThat(image.getViews()).hasSize(1);
            });
    assertThat(labelled("half.labelled", ids).values())
        .allSatisfy(image -> assertThat(image.getViews()).hasSize(2));
  }

  @Test
  void a_shadow_of_another_bundle_is_compared_by_diff_on_its_sample_alone() throws Exception {
    String key = "the-key-of-this-sample";
    Path labels = AuditFixture.fewLabels(folder);
    Path stricter =
        Files.writeString(
            folder.resolve("stricter.yaml"),
            Files.readString(labels).replace("action: ALLOW", "action: REVIEW"));
    Path plain = Home.locate().demoBundle().resolveSibling("emoji-plain");
    String candidate =
        candidate("second", "model.bundle=" + plain + "\npolicy.labels=" + stricter + "\n");
    AppConfig config =
        config(
            "second",
            Map.of(
                "policy.labels",
                labels.toString(),
                "shadow.config",
                candidate,
                "shadow.share",
                "0.5",
                "shadow.key",
                key));
    TopicSetup.create(audits.broker(), config, 2);
    List<String> ids = ids("s");
    Set<String> sample = runWithHalfInTheShadow(config, "second", key, ids);
    Map<String, LabelledImage> live = labelled("second.labelled", ids);
    Map<String, LabelledImage> shadow = labelled("second.shadow", ids);
    assertThat(shadow.keySet()).isEqualTo(sample);
    assertThat(shadow.values())
        .extracting(image -> image.getProvenance().getModelName())
        .containsOnly("emoji-vit-p8");
    assertThat(live.values())
        .extracting(image -> image.getProvenance().getModelName())
        .containsOnly("emoji-robust-vit-p8");

    Set<String> changed =
        sample.stream()
            .filter(id -> live.get(id).getDecision() != shadow.get(id).getDecision())
            .collect(Collectors.toSet());
    CommandLineRun strict = diff(key, "--fail-if", "decisions-changed > 1%");
    assertThat(strict.exitCode()).as(strict.out() + strict.err()).isEqualTo(ExitCode.OVER_BUDGET);
    assertThat(strict.out()).contains("BUDGET BROKEN    decisions-changed > 1%");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("diff/diff.json").toFile());
    assertThat(json.at("/figures/joined").asInt())
        .as("the sample, and the one that warmed up")
        .isEqualTo(sample.size() + 1);
    assertThat(json.at("/figures/missing/count").asInt()).isZero();
    assertThat(json.at("/figures/extra/count").asInt()).isZero();
    assertThat(changed).isNotEmpty();
    assertThat(decisionsChanged())
        .as("the sample's, and perhaps the one that warmed up")
        .containsAll(changed)
        .isSubsetOf(
            Stream.concat(changed.stream(), Stream.of(chosen(new KeyedHash(key)))).toList());

    CommandLineRun kept = diff(key, "--fail-if", "missing > 0", "--fail-if", "extra > 0");
    assertThat(kept.exitCode()).as(kept.out() + kept.err()).isZero();
  }

  @Test
  void a_shadow_whose_encoder_hangs_is_not_felt_by_the_live_service() throws Exception {
    Path bundle = HangingBundle.write(folder.resolve("hanging"));
    Map<String, String> labels = Map.of("policy.labels", AuditFixture.fewLabels(folder).toString());
    Map<String, String> keys = new HashMap<>(labels);
    keys.put(
        "shadow.config",
        candidate("hanging", "model.bundle=" + bundle + "\nsuspicion.views=none\n"));
    keys.put("shadow.share", "1");
    // A call that hangs takes three times as long on an idle core.
    keys.put("batching.device-deadline", "5s");
    AppConfig config = config("hang", keys);
    TopicSetup.create(audits.broker(), config, 2);
    List<String> ids = ids("x");
    String hanging = ids.get(IMAGES / 2);
    Map<String, byte[]> images = new TreeMap<>();
    ids.forEach(id -> images.put(id, HangingBundle.ordinary(images.size())));
    images.put(hanging, HangingBundle.hanging());
    try (Service service = Service.start(config, Home.locate())) {
      awaitShadow(config, service, Map.of("warm", HangingBundle.ordinary(40)));
      publish(config, images);
      await().atMost(PATIENCE).until(() -> labelled("hang.labelled", ids).size() == IMAGES);
      await().atMost(PATIENCE).until(() -> lag("hang", "hang.images") == 0);

      List<String> others = ids.stream().filter(id -> !id.equals(hanging)).toList();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  service.shadowLastWords().isPresent()
                      || labelled("hang.shadow", others).size() == IMAGES - 1
                          && dead("hang.shadow-dead").equals(List.of(hanging)));
      assertThat(service.failed()).isFalse();
      assertThat(service.stop()).as("drained and committed in time").isTrue();
    }
    assertThat(labelled("hang.shadow", List.of(hanging))).isEmpty();
    assertThat(lasting(labelled("hang.labelled", ids)))
        .isEqualTo(lasting(alone("hang", ids, labels)));
    assertThat(dead("hang.dead")).isEmpty();
  }

  /** Offsets of a topic that a group has not committed. */
  private static long lag(String group, String topic) throws Exception {
    try (Admin admin = Clients.admin(audits.config())) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int partition = 0; partition < 2; partition++) {
        ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
      long lag = 0;
      for (var end : admin.listOffsets(ends).all().get().entrySet()) {
        OffsetAndMetadata at = committed.get(end.getKey());
        lag += end.getValue().offset() - (at == null ? 0 : at.offset());
      }
      return lag;
    }
  }

  private static List<String> dead(String topic) {
    List<String> keys = new ArrayList<>();
    NewestRecords.each(
        audits.config(),
        topic,
        Integer.MAX_VALUE / 8,
        record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
    return keys;
  }

  private static String chosen(KeyedHash hash) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "warm" + i)
        .filter(id -> hash.chooses(id, 0.5))
        .findFirst()
        .orElseThrow();
  }

  private static CommandLineRun diff(String key, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("--before", "second.labelled", "--after", "second.shadow", "--sampled"));
    line.addAll(List.of("--set", "shadow.share=0.5", "--set", "shadow.key=" + key));
    line.addAll(List.of("--no-pictures", "--out", folder.resolve("diff").toString()));
    line.addAll(List.of(more));
    return audits.run("diff", line.toArray(String[]::new));
  }

  /** Ids of the rows of diff.csv whose decision changed. */
  private static List<String> decisionsChanged() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("diff/diff.csv"));
    List<String> head = List.of(lines.get(0).split(","));
    return lines.stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(cells -> !cells[head.indexOf("before")].equals(cells[head.indexOf("after")]))
        .map(cells -> cells[head.indexOf("id")])
        .toList();
  }

  @Test
  void a_shadow_that_cannot_join_its_group_is_off_and_the_live_service_goes_on() throws Exception {
    AppConfig config =
        config(
            "off",
            Map.of(
                "shadow.config", candidate("off", ""),
                "shadow.share", "1",
                "stream.give-up-after", "1s"));
    TopicSetup.create(audits.broker(), config, 1);
    try (Consumer<byte[], byte[]> squatter =
        Clients.consumer(
            config,
            Map.of(ConsumerConfig.GROUP_ID_CONFIG, "off-shadow"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      squatter.subscribe(List.of("off.images"));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                squatter.poll(Duration.ofMillis(100));
                return !squatter.assignment().isEmpty();
              });
      try (Service service = Service.start(config, Home.locate())) {
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  squatter.poll(Duration.ofMillis(100));
                  return service.shadowLastWords().isPresent();
                });
        assertThat(service.status()).contains("shadow off");
        publish(config, ids("o"));
        await().atMost(PATIENCE).until(() -> labelled("off.labelled", ids("o")).size() == IMAGES);
        assertThat(service.failed()).isFalse();
        assertThat(service.stop()).as("drained and committed in time").isTrue();
      }
    }
    assertThat(audits.labelled("off.shadow")).isEmpty();
  }

  @Test
  void a_broken_candidate_is_refused_at_the_start_by_the_key_that_leads_to_it() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("no-bundle"));
    AppConfig bundle =
        config(
            "broken", Map.of("shadow.config", candidate("bundle", "model.bundle=" + empty + "\n")));
    assertThatThrownBy(() -> Service.start(bundle, Home.locate()))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("shadow.config: the candidate: ")
        .hasMessageContaining("manifest.json");
    AppConfig missing =
        config(
            "missing",
            Map.of("shadow.config", candidate("no-labels", "policy.labels=nowhere.yaml\n")));
    assertThatThrownBy(() -> Service.start(missing, Home.locate()))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("shadow.config: the candidate's label set: ");
    assertThatThrownBy(() -> TopicSetup.require(bundle))
        .hasMessageContaining("broken.shadow, broken.shadow-dead");
  }

  /** Runs the service over the ids, with a shadow that has an encoder; returns its sample. */
  private Set<String> runWithHalfInTheShadow(
      AppConfig config, String name, String key, List<String> ids) throws Exception {
    KeyedHash hash = new KeyedHash(key);
    Set<String> sample =
        ids.stream().filter(id -> hash.chooses(id, 0.5)).collect(Collectors.toSet());
    try (Service service = Service.start(config, Home.locate())) {
      assertThat(service.toString()).contains("with an encoder of its own on cpu");
      awaitShadow(config, service, chosen(hash));
      publish(config, ids);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  labelled(name + ".labelled", ids).size() == IMAGES
                      && labelled(name + ".shadow", ids).size() >= sample.size());
      assertThat(service.stop()).isTrue();
    }
    return sample;
  }
}
