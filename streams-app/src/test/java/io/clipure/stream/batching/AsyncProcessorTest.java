package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver commits after each record, as Kafka Streams does each commit interval. */
class AsyncProcessorTest {
  @TempDir Path stateDir;
  private final GatedEncoder encoder = new GatedEncoder();
  private InferencePipeline pipeline;
  private TopologyTestDriver driver;
  private TestInputTopic<String, Integer> in;
  private TestOutputTopic<String, String> out;

  @BeforeEach
  void start() {
    pipeline =
        new InferencePipeline(
            new BatchingSettings(
                1, 4, Duration.ZERO, 16, 1_000, 8, Duration.ofMillis(100), Duration.ofMillis(5)),
            List.of(new EncoderFactory("fake:0", () -> encoder)));
    Topology topology = new Topology();
    topology
        .addSource("source", new StringDeserializer(), new IntegerDeserializer(), "in")
        .addProcessor(
            "async",
            new AsyncProcessorSupplier<String, Integer, String, String>(
                "barrier",
                pipeline,
                record -> Jobs.pixels(10, record.key(), record.value()),
                (value, outcome, readAt) -> value + " " + outcome.getClass().getSimpleName()),
            "source")
        .addSink("sink", "out", new StringSerializer(), new StringSerializer(), "async");
    Properties config = new Properties();
    config.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "async");
    config.setProperty(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
    config.setProperty(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    driver = new TopologyTestDriver(topology, config);
    in = driver.createInputTopic("in", new StringSerializer(), new IntegerSerializer());
    out = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
  }

  @AfterEach
  void stop() {
    encoder.gate.release(1_000);
    if (driver != null) {
      driver.close();
    }
    pipeline.close();
  }

  @Test
  void a_commit_waits_for_every_result() {
    encoder.gate.release(1_000);
    in.pipeInput("a", 1);
    in.pipeInput("b", GatedEncoder.POISON);

    assertThat(out.readValuesToList()).containsExactly("1 Encoded", "100 Failed");
    assertThat(pipeline.stats().inFlight()).isZero();
  }

  @Test
  void a_hung_device_makes_the_thread_give_its_tasks_up_and_nothing_more_is_forwarded() {
    assertThatThrownBy(() -> in.pipeInput("a", 1))
        .isInstanceOf(TaskMigratedException.class)
        .hasMessageContaining("waited 100 ms");
    encoder.gate.release(1_000);

    assertThatThrownBy(() -> in.pipeInput("b", 2))
        .as("the failure sticks though the device works again")
        .isInstanceOf(TaskMigratedException.class);
    assertThat(out.isEmpty()).isTrue();
  }

  @Test
  void closing_without_drain_gives_all_room_back() {
    assertThatThrownBy(() -> in.pipeInput("a", 1)).isInstanceOf(TaskMigratedException.class);
    driver.close();
    driver = null;
    assertThat(pipeline.stats().inFlight()).as("still in the encoder").isEqualTo(1);
    encoder.gate.release(1_000);

    await().until(() -> pipeline.stats().inFlight() == 0);
    assertThat(pipeline.stats().inFlightBytes()).isZero();
  }
}
