package io.clipure.stream.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.schemas.Decision;
import org.junit.jupiter.api.Test;

class ConsoleFeedTest {
  private final ConsoleFeed feed = new ConsoleFeed();

  @Test
  void a_flood_is_counted_in_full_and_kept_in_part() {
    for (int i = 0; i < 10_000; i++) {
      feed.tell(Verdicts.allowed("a" + i));
    }
    int kept = feed.drain().size();
    assertThat(kept).isBetween(1, 100);
    assertThat(feed.tally().labelled()).isEqualTo(10_000);
    assertThat(feed.tally().decided(Decision.ALLOW)).isEqualTo(10_000);
    assertThat(feed.tally().notShown()).isEqualTo(10_000 - kept);
  }

  @Test
  void a_flood_of_ordinary_verdicts_keeps_none_worth_a_look_out() {
    for (int i = 0; i < 1_000; i++) {
      feed.tell(Verdicts.allowed("a" + i));
    }
    feed.tell(Verdicts.blocked("blocked"));
    feed.tell(Verdicts.suspected("suspected", "kitten", "why"));
    feed.tell(Verdicts.dead("dead", "CORRUPT_IMAGE", "ends early"));
    assertThat(feed.drain().stream().filter(Note::notable)).hasSize(3);
  }

  @Test
  void names_without_end_are_counted_as_others() {
    for (int i = 0; i < 3_000; i++) {
      feed.tell(Verdicts.dead("key", "REASON_" + i, "message"));
    }
    assertThat(feed.tally().reasons()).hasSizeLessThan(2_100).containsKey("other");
    assertThat(feed.tally().reasons().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(3_000);
  }

  @Test
  void quantiles_are_at_most_a_tenth_too_high() {
    Latencies latencies = new Latencies();
    long[] before = latencies.snapshot();
    for (int i = 1; i <= 1_000; i++) {
      latencies.record(i);
    }
    long[] after = latencies.snapshot();
    assertThat(Latencies.quantile(before, after, 0.5)).isBetween(499.9, 550.0);
    assertThat(Latencies.quantile(before, after, 0.99)).isBetween(989.9, 1_090.0);
    assertThat(Latencies.quantile(after, after, 0.5)).isNaN();
  }
}
