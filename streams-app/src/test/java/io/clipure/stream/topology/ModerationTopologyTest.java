package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.clipure.schemas.Decision;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.ImageReference;
import io.clipure.schemas.InlineImage;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.SeenView;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.policy.Action;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import io.clipure.stream.views.ViewPlan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graph, record by record: the driver commits after each, so each passes the barrier. */
class ModerationTopologyTest {
  private static final Topics TOPICS = Topics.defaults();
  private static final byte[] KEY = {(byte) 0xff, 0, 'k'};

  private final Serde<ImageEvent> events = AvroBytes.serde(ImageEvent.SCHEMA$);
  private final Serde<io.clipure.schemas.LabelSet> sets =
      AvroBytes.serde(io.clipure.schemas.LabelSet.SCHEMA$);

  @TempDir Path stateDir;
  private InferencePipeline pipeline;
  private ModerationDeps deps;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> images;
  private TestInputTopic<String, byte[]> labelSets;
  private TestOutputTopic<String, LabelledImage> labelled;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    start(Fakes.VIEWS);
  }

  private void start(KeyedViews views) {
    BatchingSettings batching =
        new BatchingSettings(
            2, 4, Duration.ZERO, 16, 1 << 20, 8, Duration.ofSeconds(20), Duration.ofMillis(5));
    pipeline = Fakes.pipeline(batching, 0);
    deps = Fakes.deps(pipeline, views);
    Properties config =
        StreamsSettings.defaults("test", "localhost:1", stateDir)
            .toProperties(Fakes.settings(), batching);
    driver = new TopologyTestDriver(ModerationTopology.build(Fakes.settings(), deps), config);
    images =
        driver.createInputTopic(
            TOPICS.images(), new ByteArraySerializer(), new ByteArraySerializer());
    labelSets =
        driver.createInputTopic(
            TOPICS.labelSets(), new StringSerializer(), new ByteArraySerializer());
    labelled = output(TOPICS.labelled());
    deadLetters =
        driver.createOutputTopic(
            TOPICS.deadLetter(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    pipeline.close();
  }

  private TestOutputTopic<String, LabelledImage> output(String topic) {
    return driver.createOutputTopic(
        topic,
        new StringDeserializer(),
        AvroBytes.<LabelledImage>serde(LabelledImage.SCHEMA$).deserializer());
  }

  private byte[] bytes(ImageEvent event) {
    return events.serializer().serialize(TOPICS.images(), event);
  }

  private void pipe(ImageEvent event) {
    images.pipeInput(KEY, bytes(event));
  }

  private static ImageEvent with(String attribute, String value) {
    return ImageEvent.newBuilder(Fakes.event("x", Fakes.PLAIN, 1))
        .setAttributes(Map.of(attribute, value))
        .build();
  }

  private void publish(String key, String labelId, Action action, String digest) {
    labelSets.pipeInput(
        key,
        sets.serializer()
            .serialize(
                TOPICS.labelSets(),
                LabelSetRecords.toRecord(Fakes.labelSet("demo", labelId, action, digest))));
  }

  private static Map<String, String> headers(TestRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      assertThat(headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
          .as("header %s is there once", header.key())
          .isNull();
    }
    return headers;
  }

  private void assertDeadLetter(byte[] value, String reason) {
    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(headers(letter)).containsEntry(DeadLetters.REASON, reason);
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(labelled.isEmpty()).isTrue();
    assertThat(pipeline.stats().inFlight()).isZero();
    assertThat(pipeline.stats().inFlightBytes()).isZero();
  }

  @Test
  void an_image_is_labelled_with_verdict_and_provenance() {
    images.pipeInput("k1".getBytes(StandardCharsets.UTF_8), bytes(Fakes.event("e1", 0, 3, 4)));

    TestRecord<String, LabelledImage> record = labelled.readRecord();
    LabelledImage image = record.value();
    assertThat(record.key()).isEqualTo("k1");
    assertThat(image.getId()).isEqualTo("e1");
    assertThat(image.getAttributes()).containsExactly(entry("from", "test"));
    assertThat(image.getOrigin().getTopic()).isEqualTo("images");
    assertThat(image.getOrigin().getOffset()).isZero();
    assertThat(image.getDecision()).isEqualTo(Decision.ALLOW);
    assertThat(image.getTopLabel()).isEqualTo("cat");
    assertThat(image.getScores()).hasSize(1);
    assertThat(image.getFlags()).isEmpty();
    assertThat(image.getProvenance().getLabelSetDigest()).isEqualTo("good-file");
    assertThat(image.getProvenance().getLabelSetVersion()).isEqualTo(-1);
    assertThat(image.getProvenance().getDevice()).isEqualTo("fake:0");
    assertThat(image.getProvenance().getModelDigest()).isEqualTo("d1");
    assertThat(image.getTimings().getBatchSize()).isEqualTo(1);
    assertThat(HalfPrecision.decode(image.getEmbedding())).containsExactly(0f, 8f);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void what_the_views_said_is_in_the_record_with_plan_and_key() {
    stop();
    KeyedViews views = new KeyedViews(ViewPlan.parse("shift:2", 64), "secret");
    start(views);
    byte[] pixels = {Fakes.PLAIN, 1, 2};
    pipe(
        ImageEvent.newBuilder()
            .setId("x")
            .setContent(new InlineImage(ByteBuffer.wrap(pixels)))
            .build());

    LabelledImage image = labelled.readValue();
    byte[] digest = ImageViews.digestOf(pixels);
    assertThat(image.getImage().getPixelsSha256()).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(image.getViews())
        .extracting(SeenView::getTransform)
        .isEqualTo(views.draw(digest).stream().map(View::id).toList());
    assertThat(image.getViews().get(1))
        .isEqualTo(
            new SeenView(views.draw(digest).get(1).id(), "cat", 0.625, Decision.ALLOW, 0.125));
    assertThat(image.getViewEmbeddings())
        .hasSize(2)
        .containsOnly(image.getEmbedding()); // one pixel stays where it is
    assertThat(image.getProvenance().getViewPlan()).isEqualTo("shift:2(reach=3)");
    assertThat(image.getProvenance().getViewKeyId()).isEqualTo(views.keyId());
  }

  @Test
  void without_views_the_record_says_so() {
    pipe(Fakes.event("x", Fakes.PLAIN, 1));

    LabelledImage image = labelled.readValue();
    assertThat(image.getViews()).isEmpty();
    assertThat(image.getViewEmbeddings()).isEmpty();
    assertThat(image.getProvenance().getViewPlan()).isEqualTo("none");
    assertThat(image.getProvenance().getViewKeyId()).isNull();
    assertThat(image.getImage().getPixelsSha256()).hasSize(64);
  }

  @Test
  void flagged_images_go_to_their_review_topic_as_well() {
    pipe(Fakes.event("low", Fakes.LOW_CONFIDENCE));
    pipe(Fakes.event("adversarial", Fakes.ADVERSARIAL));
    pipe(Fakes.event("plain", Fakes.PLAIN));

    assertThat(labelled.readValuesToList())
        .extracting(LabelledImage::getId)
        .containsExactly("low", "adversarial", "plain");
    assertThat(output(TOPICS.lowConfidence()).readValuesToList())
        .extracting(LabelledImage::getId)
        .containsExactly("low");
    assertThat(output(TOPICS.adversarial()).readValuesToList())
        .extracting(LabelledImage::getId)
        .containsExactly("adversarial");
  }

  @Test
  void without_a_key_the_result_is_keyed_by_the_event_id() {
    images.pipeInput(null, bytes(Fakes.event("e7", 0)));

    assertThat(labelled.readKeyValue().key).isEqualTo("e7");
  }

  @Test
  void a_rejected_image_becomes_a_dead_letter_with_original_bytes_and_headers() {
    byte[] value = bytes(Fakes.event("bad", Fakes.CORRUPT));
    RecordHeaders original = new RecordHeaders();
    original.add("trace", "abc".getBytes(StandardCharsets.UTF_8));
    original.add(DeadLetters.REASON, "OLD_REASON".getBytes(StandardCharsets.UTF_8));
    images.pipeInput(new TestRecord<>(KEY, value, original, 1234L));

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(headers(letter))
        .containsEntry("trace", "abc")
        .containsEntry(DeadLetters.REASON, "CORRUPT_IMAGE")
        .containsEntry(DeadLetters.MESSAGE, "the bytes end early")
        .containsEntry(DeadLetters.SOURCE_TOPIC, "images")
        .containsEntry(DeadLetters.SOURCE_PARTITION, "0")
        .containsEntry(DeadLetters.SOURCE_OFFSET, "0")
        .containsEntry(DeadLetters.SOURCE_TIMESTAMP, "1234")
        .containsEntry(DeadLetters.APPLICATION_VERSION, "0.0.1")
        .containsKey(DeadLetters.FAILED_AT);
    assertThat(labelled.isEmpty()).isTrue();
  }

  @Test
  void an_unknown_scheme_becomes_a_dead_letter() {
    ImageEvent event =
        ImageEvent.newBuilder().setId("x").setContent(new ImageReference("gopher://x")).build();
    pipe(event);

    assertDeadLetter(bytes(event), "UNSUPPORTED_SCHEME");
  }

  @Test
  void a_deadline_that_has_passed_becomes_a_dead_letter() {
    ImageEvent event = with(EventAttributes.DEADLINE, "1");
    pipe(event);

    assertDeadLetter(bytes(event), "DEADLINE_EXPIRED");
  }

  @Test
  void an_attribute_of_ours_that_cannot_be_read_becomes_a_dead_letter() {
    ImageEvent event = with(EventAttributes.PRIORITY, "urgent");
    pipe(event);

    assertDeadLetter(bytes(event), "INVALID_ATTRIBUTE");
  }

  @Test
  void a_record_without_value_becomes_a_dead_letter() {
    images.pipeInput(KEY, (byte[]) null);

    assertDeadLetter(null, "EMPTY_VALUE");
  }

  @Test
  void bytes_that_are_no_event_become_a_dead_letter() {
    byte[] garbage = "not avro at all".getBytes(StandardCharsets.UTF_8);
    images.pipeInput(KEY, garbage);

    assertDeadLetter(garbage, "UNDECODABLE_EVENT");
  }

  @Test
  void truncated_avro_becomes_a_dead_letter() {
    byte[] truncated = {10, 'a', 'b'};
    images.pipeInput(KEY, truncated);

    assertDeadLetter(truncated, "UNDECODABLE_EVENT");
  }

  @Test
  void an_image_the_encoder_fails_for_becomes_a_dead_letter() {
    byte[] value = bytes(Fakes.event("poison", Fakes.POISON));
    images.pipeInput(KEY, value);

    assertDeadLetter(value, "ENCODER_FAILED");
  }

  @Test
  void a_bug_in_the_judge_costs_one_event_only() {
    byte[] value = bytes(Fakes.event("bug", Fakes.JUDGE_BUG));
    images.pipeInput(KEY, value);

    assertDeadLetter(value, "INTERNAL_ERROR");
    pipe(Fakes.event("next", 0));
    assertThat(labelled.readValue().getId()).isEqualTo("next");
  }

  @Test
  void a_bug_in_the_loader_costs_one_event_only() {
    byte[] value = bytes(Fakes.event("bug", Fakes.LOADER_BUG));
    images.pipeInput(KEY, value);

    assertDeadLetter(value, "INTERNAL_ERROR");
  }

  @Test
  void a_published_label_set_is_in_force_at_once_and_its_version_is_stamped() {
    publish("other", "dog", Action.BLOCK, "good");
    publish("demo", "dog", Action.BLOCK, "good");
    pipe(Fakes.event("e", 0));

    LabelledImage image = labelled.readValue();
    assertThat(image.getDecision()).isEqualTo(Decision.BLOCK);
    assertThat(image.getDecidedBy()).isEqualTo("dog");
    assertThat(image.getProvenance().getLabelSetDigest()).isEqualTo("good");
    assertThat(image.getProvenance().getLabelSetVersion()).isEqualTo(1);
  }

  @Test
  void bad_label_sets_are_kept_out_and_counted() {
    publish("demo", "dog", Action.BLOCK, "good");
    publish("demo", "bird", Action.REVIEW, "forged");
    publish("demo", "unknown", Action.REVIEW, "good");
    labelSets.pipeInput("demo", new byte[] {1, 2, 3});
    pipe(Fakes.event("e", 0));

    LabelledImage image = labelled.readValue();
    assertThat(image.getDecidedBy()).isEqualTo("dog");
    assertThat(image.getProvenance().getLabelSetVersion()).isZero();
    assertThat(deps.labelSets().accepted()).isEqualTo(1);
    assertThat(deps.labelSets().refused()).isEqualTo(3);
  }

  @Test
  void a_deleted_label_set_falls_back_to_the_file() {
    publish("demo", "dog", Action.BLOCK, "good");
    labelSets.pipeInput("demo", (byte[]) null);
    pipe(Fakes.event("e", 0));

    LabelledImage image = labelled.readValue();
    assertThat(image.getDecidedBy()).isEqualTo("cat");
    assertThat(image.getProvenance().getLabelSetVersion()).isEqualTo(-1);
  }

  @Test
  void a_broken_pipeline_stops_the_task_instead_of_dead_lettering() {
    pipeline.close();

    ImageEvent event = Fakes.event("e", 0);
    assertThatThrownBy(() -> pipe(event)).hasStackTraceContaining("The pipeline is closed");
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void every_node_and_store_has_a_name_of_its_own() {
    Topology topology = ModerationTopology.build(Fakes.settings(), deps);

    assertThat(topology.describe().toString())
        .contains(ModerationTopology.BARRIER, ModerationTopology.LABEL_SET_STORE)
        .doesNotContain("KSTREAM", "KTABLE", "KSTATE", "0000");
  }
}
