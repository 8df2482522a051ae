package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.batching.Lane;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener is told of the graphs. */
class ListenedTopologyTest {
  private static final Topics TOPICS = Topics.defaults();
  private static final BatchingSettings BATCHING =
      new BatchingSettings(
          2, 4, Duration.ZERO, 16, 1 << 20, 8, Duration.ofSeconds(20), Duration.ofMillis(5));

  /** Takes note of everything, and marks what is sent. */
  private static final class Noting implements ModerationListener {
    private final List<LabelledEvent> labelled = new ArrayList<>();
    private final List<DeadLettered> deadLettered = new ArrayList<>();
    private boolean wantsPixels;

    @Override
    public boolean wantsPixels() {
      return wantsPixels;
    }

    @Override
    public void labelled(LabelledEvent event) {
      labelled.add(event);
      event.resultHeaders().add("mark", new byte[] {1});
    }

    @Override
    public void deadLettered(DeadLettered event) {
      deadLettered.add(event);
      event.letterHeaders().add("mark", new byte[] {2});
    }
  }

  private final Noting listener = new Noting();
  @TempDir private Path stateDir;
  private InferencePipeline pipeline;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> images;

  private interface Builder {
    Topology build(TopologySettings settings, ModerationDeps deps);
  }

  private void start(Graph graph, Builder builder) {
    pipeline = Fakes.pipeline(BATCHING, 0);
    ModerationDeps plain = Fakes.deps(pipeline);
    ModerationDeps deps =
        new ModerationDeps(
            plain.pipeline(),
            plain.loader(),
            plain.references(),
            plain.model(),
            plain.views(),
            plain.labelSets(),
            plain.imageEvents(),
            plain.labelledImages(),
            plain.labelSetRecords(),
            plain.labelSetCheck(),
            plain.clock(),
            listener);
    Properties config =
        StreamsSettings.defaults("test", "localhost:1", stateDir)
            .toProperties(Fakes.settings(), BATCHING);
    new ListenerBinding(listener, graph).writeTo(config);
    driver = new TopologyTestDriver(builder.build(Fakes.settings(), deps), config);
    images =
        driver.createInputTopic(TOPICS.images(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    pipeline.close();
  }

  private void pipe(ImageEvent event, Headers headers) {
    byte[] value =
        AvroBytes.<ImageEvent>serde(ImageEvent.SCHEMA$)
            .serializer()
            .serialize(TOPICS.images(), event);
    images.pipeInput(new TestRecord<>("key", value, headers, Instant.ofEpochMilli(1_000)));
  }

  private void pipe(ImageEvent event) {
    pipe(event, new RecordHeaders());
  }

  @Test
  void a_verdict_is_told_with_its_graph_lane_times_and_headers() {
    start(Graph.LIVE, ModerationTopology::build);
    ImageEvent event =
        ImageEvent.newBuilder(Fakes.event("e1", 0, 3, 4))
            .setUploadedAt(Instant.ofEpochMilli(77))
            .setAttributes(Map.of(EventAttributes.PRIORITY, "backfill"))
            .build();
    pipe(event, new RecordHeaders().add("from", new byte[] {9}));

    LabelledEvent told = listener.labelled.get(0);
    assertThat(told.result().getId()).isEqualTo("e1");
    assertThat(told.graph()).isEqualTo(Graph.LIVE);
    assertThat(told.lane()).isEqualTo(Lane.BACKFILL);
    assertThat(told.uploadedAt()).isEqualTo(Instant.ofEpochMilli(77));
    assertThat(told.readAtNanos()).isLessThanOrEqualTo(System.nanoTime());
    assertThat(told.judgeNanos()).isNotNegative();
    assertThat(told.eventHeaders().lastHeader("from").value()).containsExactly(9);
    assertThat(told.pixels()).isEmpty();
    assertThat(listener.deadLettered).isEmpty();
    TestOutputTopic<String, LabelledImage> labelled =
        driver.createOutputTopic(
            TOPICS.labelled(),
            new StringDeserializer(),
            AvroBytes.<LabelledImage>serde(LabelledImage.SCHEMA$).deserializer());
    assertThat(labelled.readRecord().headers().lastHeader("mark").value())
        .as("what a listener adds is sent")
        .containsExactly(1);
  }

  @Test
  void without_an_upload_time_the_records_counts() {
    start(Graph.LIVE, ModerationTopology::build);
    pipe(ImageEvent.newBuilder(Fakes.event("e1", 0, 3, 4)).setUploadedAt(null).build());
    assertThat(listener.labelled.get(0).uploadedAt()).isEqualTo(Instant.ofEpochMilli(1_000));
  }

  @Test
  void pixels_are_kept_for_a_listener_that_wants_them() {
    listener.wantsPixels = true;
    start(Graph.LIVE, ModerationTopology::build);
    pipe(Fakes.event("e1", 0, 3, 4));
    Seen seen = listener.labelled.get(0).pixels().orElseThrow();
    assertThat(seen.rgb()).hasSize(3 * seen.side() * seen.side());
  }

  @Test
  void a_dead_letter_is_told_with_its_event_and_reason() {
    start(Graph.LIVE, ModerationTopology::build);
    images.pipeInput("broken", new byte[] {1, 2, 3});

    DeadLettered told = listener.deadLettered.get(0);
    assertThat(told.graph()).isEqualTo(Graph.LIVE);
    assertThat(told.topic()).isEqualTo(TOPICS.images());
    assertThat(told.offset()).isZero();
    assertThat(told.key()).contains("broken");
    assertThat(told.reason()).isEqualTo(ReasonCodes.UNDECODABLE_EVENT);
    assertThat(ReasonCodes.all()).contains(told.reason());
    assertThat(listener.labelled).isEmpty();
    TestRecord<byte[], byte[]> letter =
        driver
            .createOutputTopic(
                TOPICS.deadLetter(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecord();
    assertThat(letter.headers().lastHeader("mark").value()).containsExactly(2);
  }

  @Test
  void a_shadows_verdicts_are_marked_as_its_own() {
    start(
        Graph.SHADOW,
        (settings, deps) -> ModerationTopology.buildShadow(settings, deps, () -> id -> true));
    pipe(Fakes.event("e1", 0, 3, 4));
    images.pipeInput("broken", new byte[] {1, 2, 3});
    assertThat(listener.labelled).extracting(LabelledEvent::graph).containsExactly(Graph.SHADOW);
    assertThat(listener.deadLettered)
        .extracting(DeadLettered::graph, DeadLettered::key)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Graph.SHADOW, Optional.of("broken")));
  }
}
