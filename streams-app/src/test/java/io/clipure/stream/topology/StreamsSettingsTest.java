package io.clipure.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.batching.BatchingSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsSettingsTest {
  private static final BatchingSettings BATCHING = BatchingSettings.defaults(2);
  private static final StreamsSettings DEFAULTS =
      StreamsSettings.defaults("app", "broker:9092", Path.of("state"));

  private static Properties properties(StreamsSettings settings) {
    return settings.toProperties(Fakes.settings(), BATCHING);
  }

  @ParameterizedTest
  @EnumSource(ProcessingGuarantee.class)
  void kafka_streams_accepts_the_defaults(ProcessingGuarantee guarantee) {
    StreamsConfig config = new StreamsConfig(properties(DEFAULTS.with(guarantee)));

    assertThat(config.getString("processing.guarantee")).isEqualTo(guarantee.id());
    assertThat(config.getLong("commit.interval.ms")).isEqualTo(1000);
    assertThat(config.getLong("poll.ms")).isEqualTo(5);
    assertThat(config.getInt("num.stream.threads")).isEqualTo(2);
    assertThat(config.getLong("statestore.cache.max.bytes")).isZero();
    assertThat(config.getProducerConfigs("c"))
        .containsEntry("max.request.size", Integer.toString(64 << 20))
        .containsEntry("buffer.memory", Integer.toString(64 << 20))
        .containsEntry("compression.type", "zstd")
        .containsEntry("transaction.timeout.ms", "60000");
    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("max.poll.records", "128")
        .containsEntry("isolation.level", "read_committed");
  }

  @Test
  void overrides_win() {
    Properties properties =
        properties(DEFAULTS.with(Map.of("poll.ms", "7", "producer.linger.ms", "1")));

    assertThat(properties).containsEntry("poll.ms", "7").containsEntry("producer.linger.ms", "1");
  }

  /** Else Kafka Streams commits results without their offsets, see StreamsSettings. */
  @Test
  void a_commit_is_not_given_up_before_its_transaction_is_aborted() {
    StreamsSettings exact = DEFAULTS.with(ProcessingGuarantee.EXACTLY_ONCE_V2);
    String block = "producer.max.block.ms";

    assertThat(properties(exact)).containsEntry(block, "75000");
    assertThat(properties(exact.with(Map.of("producer.transaction.timeout.ms", "90000"))))
        .containsEntry(block, "105000");
    assertThat(properties(exact.with(Map.of(block, "1000")))).containsEntry(block, "1000");
    assertThat(properties(DEFAULTS)).doesNotContainKey(block);
  }

  @Test
  void a_transaction_timeout_within_the_drain_deadline_is_refused() {
    StreamsSettings settings =
        new StreamsSettings(
            "app",
            "broker:9092",
            ProcessingGuarantee.EXACTLY_ONCE_V2,
            2,
            DEFAULTS.commitInterval(),
            BATCHING.drainDeadline(),
            DEFAULTS.maxPollInterval(),
            1 << 20,
            "lz4",
            "classic",
            1 << 20,
            Path.of("state"),
            Map.of());

    assertThatThrownBy(() -> properties(settings))
        .hasMessage(
            "transaction-timeout is PT20S; it must be more than commit-interval (PT1S) plus twice"
                + " drain-deadline (PT20S)");
  }
}
