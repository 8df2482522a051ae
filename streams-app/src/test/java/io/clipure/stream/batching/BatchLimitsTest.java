package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchLimitsTest {
  private static final long MILLI = 1_000_000;
  private final BatchLimits limits = new BatchLimits(32, Duration.ofMillis(20));

  private void backfill(long nanosPerBatch, long nanosPerImage, int batches) {
    for (int i = 0; i < batches; i++) {
      int size = limits.mostBackfill();
      limits.succeeded(Lane.BACKFILL, size, nanosPerBatch + size * nanosPerImage);
    }
  }

  @Test
  void back_fill_batches_grow_from_two_until_they_take_as_long_as_they_may() {
    assertThat(limits.mostBackfill()).isEqualTo(2);
    backfill(0, 2 * MILLI, 10);
    assertThat(limits.mostBackfill()).isEqualTo(10);
    backfill(0, 5 * MILLI, 30);
    assertThat(limits.mostBackfill()).isEqualTo(4);
    backfill(0, 100 * MILLI, 30);
    assertThat(limits.mostBackfill()).as("at least two").isEqualTo(2);
    backfill(0, MILLI / 100, 60);
    assertThat(limits.mostBackfill()).as("at most a full batch").isEqualTo(32);
  }

  @Test
  void a_cost_of_the_call_itself_does_not_keep_batches_small() {
    backfill(5 * MILLI, MILLI / 2, 60);

    assertThat(limits.mostBackfill()).isBetween(25, 30);
  }

  @Test
  void live_batches_are_not_held_down_and_do_not_count() {
    backfill(0, 20 * MILLI, 5);
    limits.succeeded(Lane.LIVE, 32, 1);

    assertThat(limits.most()).isEqualTo(32);
    assertThat(limits.mostBackfill()).isEqualTo(2);
  }

  @Test
  void a_batch_that_was_too_large_halves_the_limit_and_good_ones_raise_it_again() {
    limits.tooLarge(32);
    limits.tooLarge(16);
    assertThat(limits.most()).isEqualTo(8);
    for (int i = 0; i < 64; i++) {
      limits.succeeded(Lane.LIVE, 3, 1);
    }
    assertThat(limits.most()).as("smaller ones prove nothing").isEqualTo(8);
    for (int i = 0; i < 64; i++) {
      limits.succeeded(Lane.LIVE, 8, 1);
    }
    assertThat(limits.most()).isEqualTo(10);
    for (int i = 0; i < 64 * 20; i++) {
      limits.succeeded(Lane.LIVE, limits.most(), 1);
    }
    assertThat(limits.most()).isEqualTo(32);
    limits.tooLarge(1);
    assertThat(limits.most()).isEqualTo(1);
    assertThat(limits.mostBackfill()).isEqualTo(1);
  }
}
