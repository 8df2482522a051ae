package io.clipure.stream.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final Meters meters = new Meters();

  @AfterEach
  void close() {
    meters.close();
  }

  private LabelCounters labels(int most) {
    return new LabelCounters(
        meters,
        most,
        label ->
            new Counter[] {
              meters.counter(OpsMeter.VERDICTS_BY_LABEL, label, "allow"),
              meters.counter(OpsMeter.VERDICTS_BY_LABEL, label, "block")
            });
  }

  @Test
  void a_meter_that_is_not_as_catalogued_cannot_be_made() {
    assertThatThrownBy(() -> meters.counter(OpsMeter.LAG, "live", "images", "0"))
        .hasMessageContaining("LAG is a GAUGE");
    assertThatThrownBy(() -> meters.counter(OpsMeter.FLAGS)).hasMessageContaining("[kind]");
  }

  @Test
  void labels_of_an_older_set_end_with_it() {
    LabelCounters labels = labels(10);
    labels.increment("cat", 0);
    labels.increment("dog", 1);
    labels.keep(Set.of("cat"));
    assertThat(meters.registry().scrape()).contains("label=\"cat\"").doesNotContain("\"dog\"");
    labels.increment("dog", 1);
    assertThat(meters.registry().scrape())
        .contains("clipure_label_verdicts_total{decision=\"block\",label=\"dog\"} 1.0");
  }

  @Test
  void labels_beyond_the_bound_share_a_name() {
    LabelCounters labels = labels(2);
    for (int i = 0; i < 50; i++) {
      labels.increment("label-" + i, 0);
    }
    String scrape = meters.registry().scrape();
    assertThat(scrape.lines().filter(line -> line.contains("decision=\"allow\""))).hasSize(3);
    assertThat(scrape).contains("label=\"(other)\"} 48.0");
  }

  @Test
  void a_label_cannot_forge_a_line() {
    labels(2).increment("evil\"} 7\nclipure_ready 1\\", 0);
    assertThat(meters.registry().scrape().lines())
        .noneMatch(line -> line.startsWith("clipure_ready"))
        .anyMatch(line -> line.contains("evil\\\"} 7\\nclipure_ready 1\\\\"));
  }

  @Test
  void rows_that_are_not_given_again_end() {
    Meters.Rows lag = meters.rows(OpsMeter.LAG);
    lag.set(
        List.of(
            new Meters.Row(List.of("live", "images", "0"), 5),
            new Meters.Row(List.of("live", "images", "1"), 6)));
    lag.set(List.of(new Meters.Row(List.of("live", "images", "1"), 7)));
    assertThat(meters.registry().scrape().lines().filter(line -> line.startsWith("clipure_lag{")))
        .containsExactly("clipure_lag{graph=\"live\",partition=\"1\",topic=\"images\"} 7.0");
  }

  @Test
  void a_histogram_has_the_buckets_of_the_catalogue() {
    meters.histogram(OpsMeter.LATENCY, "live").record(Duration.ofMillis(300));
    String scrape = meters.registry().scrape();
    assertThat(scrape)
        .contains("clipure_latency_seconds_bucket{lane=\"live\",le=\"0.25\"} 0")
        .contains("clipure_latency_seconds_bucket{lane=\"live\",le=\"0.5\"} 1")
        .contains("clipure_latency_seconds_bucket{lane=\"live\",le=\"+Inf\"} 1");
  }

  @Test
  void kafkas_random_ids_and_series_for_each_partition_are_left_out() {
    String random = "app-6d9f1c1e-58b0-4f0e-9a6a-0123456789ab-StreamThread-1";
    meters.registry().counter("kafka.one", "client.id", random).increment();
    meters.registry().counter("kafka.two", "client.id", "a", "partition", "3").increment();
    assertThat(meters.registry().scrape())
        .contains("client_id=\"app-StreamThread-1\"")
        .doesNotContain("kafka_two");
  }
}
