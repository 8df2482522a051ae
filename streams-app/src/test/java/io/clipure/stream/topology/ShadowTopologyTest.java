package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.policy.Action;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shadow's graph; ids that begin with an s are its sample. */
class ShadowTopologyTest {
  private static final Topics TOPICS =
      new Topics("images", "shadow", "low", "adversarial", "shadow-dead", "label-sets");

  private final Serde<ImageEvent> events = AvroBytes.serde(ImageEvent.SCHEMA$);

  @TempDir Path stateDir;
  private InferencePipeline live;
  private InferencePipeline guest;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> images;
  private TestOutputTopic<String, LabelledImage> labelled;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    BatchingSettings batching = BatchingSettings.defaults(2);
    live = Fakes.pipeline(batching, 0);
    guest = live.guest(batching.within(4, 8, 1 << 20), List.of());
    TopologySettings settings = Fakes.settings().with(TOPICS);
    Properties config =
        StreamsSettings.defaults("test-shadow", "localhost:1", stateDir)
            .toProperties(settings, guest.settings());
    config.setProperty(DeadLetters.WITHOUT_VALUES_CONFIG, "true");
    driver =
        new TopologyTestDriver(
            ModerationTopology.buildShadow(
                settings, Fakes.deps(guest), () -> id -> id.startsWith("s")),
            config);
    images =
        driver.createInputTopic("images", new ByteArraySerializer(), new ByteArraySerializer());
    labelled =
        driver.createOutputTopic(
            "shadow",
            new StringDeserializer(),
            AvroBytes.<LabelledImage>serde(LabelledImage.SCHEMA$).deserializer());
    deadLetters =
        driver.createOutputTopic(
            "shadow-dead", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    guest.close();
    live.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void pipe(String key, ImageEvent event) {
    images.pipeInput(key == null ? null : bytes(key), events.serializer().serialize("", event));
  }

  @Test
  void only_the_sample_is_classified_and_flagged_results_are_not_written_again() {
    pipe("s-1", Fakes.event("s-1", Fakes.LOW_CONFIDENCE, 1));
    pipe("x-2", Fakes.event("x-2", Fakes.PLAIN, 2));
    pipe(null, Fakes.event("s-3", Fakes.PLAIN, 3));
    pipe(null, Fakes.event("x-4", Fakes.PLAIN, 4));

    assertThat(labelled.readKeyValuesToList())
        .extracting(pair -> pair.value.getId())
        .containsExactly("s-1", "s-3");
    assertThat(driver.producedTopicNames()).containsExactly("shadow");
  }

  @Test
  void what_cannot_be_classified_is_told_without_its_bytes_if_it_is_in_the_sample() {
    images.pipeInput(bytes("s-garbage"), new byte[] {1});
    images.pipeInput(bytes("x-garbage"), new byte[] {1});
    images.pipeInput(null, new byte[] {1});
    pipe("s-corrupt", Fakes.event("s-corrupt", Fakes.CORRUPT, 1));

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> DeadLetters.text(letter.headers(), DeadLetters.REASON).orElse(""))
        .containsExactly(ReasonCodes.UNDECODABLE_EVENT, "CORRUPT_IMAGE");
    assertThat(letters)
        .allSatisfy(
            letter -> {
              assertThat(letter.value()).isNull();
              assertThat(DeadLetters.text(letter.headers(), DeadLetters.VALUE_OMITTED)).isPresent();
            });
    assertThat(letters)
        .extracting(letter -> new String(letter.key(), StandardCharsets.UTF_8))
        .containsExactly("s-garbage", "s-corrupt");
  }

  @Test
  void what_an_event_asks_for_is_not_a_shadows_concern() {
    pipe(
        "s-late",
        ImageEvent.newBuilder(Fakes.event("s-late", Fakes.PLAIN, 1))
            .setAttributes(Map.of(EventAttributes.PRIORITY, "live", EventAttributes.DEADLINE, "1"))
            .build());
    assertThat(labelled.readValue().getId()).isEqualTo("s-late");
  }

  @Test
  void a_candidate_follows_the_label_sets_in_force_but_those_it_cannot_use() {
    LabelSetHolder theirs =
        new LabelSetHolder(
            new Fakes.Judges(), Fakes.labelSet("demo", "cat", Action.ALLOW, "good-file"));
    LabelSetHolder follower =
        theirs.follower(
            labelSet -> {
              if (labelSet.digest().equals("good-2")) {
                throw new io.clipure.stream.policy.LabelSetException("unknown words");
              }
              return new Fakes.Judges().compile(labelSet);
            },
            theirs.current().judge().labelSet());
    assertThat(follower.current().judge().labelSet().digest()).isEqualTo("good-file");

    theirs.replace(Fakes.labelSet("demo", "dog", Action.BLOCK, "good-1"), 7);
    assertThat(follower.current().judge().labelSet().digest()).isEqualTo("good-1");
    assertThat(follower.current().version()).isEqualTo(7);

    theirs.replace(Fakes.labelSet("demo", "bat", Action.BLOCK, "good-2"), 8);
    assertThat(follower.current().judge().labelSet().digest()).isEqualTo("good-1");
    assertThat(follower.refused()).isEqualTo(1);

    theirs.fallBack();
    assertThat(follower.current().version()).isEqualTo(LabelSetHolder.FROM_FILE);
  }
}
