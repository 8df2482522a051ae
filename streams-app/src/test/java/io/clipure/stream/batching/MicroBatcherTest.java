package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private final ExecutorService consumer = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    consumer.shutdownNow();
  }

  private CompletableFuture<List<Integer>> take(MicroBatcher<Integer> batcher, int most) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return batcher.take(most, most).items();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        consumer);
  }

  private static List<Integer> get(CompletableFuture<List<Integer>> batch) throws Exception {
    return batch.get(30, TimeUnit.SECONDS);
  }

  @Test
  void a_batch_closes_when_it_is_full_whatever_the_delay() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(NEVER);
    batcher.expect(Lane.LIVE);
    CompletableFuture<List<Integer>> batch = take(batcher, 3);
    batcher.add(Lane.LIVE, 1);
    batcher.add(Lane.LIVE, 2);
    assertThat(batch).isNotDone();
    batcher.add(Lane.LIVE, 3);

    assertThat(get(batch)).containsExactly(1, 2, 3);
  }

  @Test
  void a_batch_closes_after_the_delay_though_it_is_not_full() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(Duration.ofMillis(1));
    batcher.expect(Lane.LIVE);
    CompletableFuture<List<Integer>> batch = take(batcher, 3);
    batcher.add(Lane.LIVE, 1);

    assertThat(get(batch)).containsExactly(1);
  }

  @Test
  void a_batch_closes_when_nobody_else_is_on_the_way() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(NEVER);
    batcher.expect(Lane.LIVE);
    batcher.expect(Lane.LIVE);
    CompletableFuture<List<Integer>> batch = take(batcher, 3);
    batcher.add(Lane.LIVE, 1);
    batcher.settle(Lane.LIVE);
    assertThat(batch).isNotDone();
    batcher.settle(Lane.LIVE);

    assertThat(get(batch)).containsExactly(1);
  }

  @Test
  void what_gathers_while_the_device_is_busy_makes_full_batches() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      batcher.add(Lane.LIVE, i);
    }

    assertThat(get(take(batcher, 2))).containsExactly(0, 1);
    assertThat(get(take(batcher, 2))).containsExactly(2, 3);
    assertThat(get(take(batcher, 2))).containsExactly(4);
  }

  @Test
  void a_live_item_is_taken_before_back_fill_and_never_shares_its_batch() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(Duration.ZERO);
    for (int i = 0; i < 4; i++) {
      batcher.add(Lane.BACKFILL, i);
    }
    batcher.add(Lane.LIVE, 100);

    assertThat(get(take(batcher, 3))).containsExactly(100);
    assertThat(get(take(batcher, 3))).containsExactly(0, 1, 2);
    batcher.add(Lane.LIVE, 101);
    assertThat(get(take(batcher, 3))).containsExactly(101);
    assertThat(get(take(batcher, 3))).containsExactly(3);
  }

  @Test
  void back_fill_rests_while_a_live_item_waits_for_its_mates() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(NEVER);
    batcher.expect(Lane.LIVE);
    batcher.add(Lane.LIVE, 100);
    batcher.add(Lane.BACKFILL, 0);
    CompletableFuture<List<Integer>> batch = take(batcher, 3);
    assertThat(batch).isNotDone();
    batcher.add(Lane.LIVE, 101);
    batcher.settle(Lane.LIVE);

    assertThat(get(batch)).containsExactly(100, 101);
  }

  @Test
  void a_back_fill_batch_does_not_wait_for_live_items_on_the_way() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(NEVER);
    batcher.expect(Lane.LIVE);
    batcher.add(Lane.BACKFILL, 0);

    assertThat(get(take(batcher, 3))).containsExactly(0);
  }

  @Test
  void each_lane_has_its_own_largest_batch() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      batcher.add(Lane.BACKFILL, i);
    }

    assertThat(batcher.take(3, 1).items()).containsExactly(0);
    assertThat(batcher.take(1, 2).items()).containsExactly(1, 2);
  }

  @Test
  void what_comes_again_is_taken_as_it_is_before_the_rest_of_its_lane() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(NEVER);
    batcher.add(Lane.BACKFILL, 0);
    batcher.addAgain(Lane.BACKFILL, List.of(7));
    batcher.addAgain(Lane.BACKFILL, List.of(8, 9));
    batcher.add(Lane.LIVE, 100);

    assertThat(get(take(batcher, 3))).containsExactly(100);
    assertThat(get(take(batcher, 3))).containsExactly(7);
    assertThat(get(take(batcher, 3))).containsExactly(8, 9);
    assertThat(get(take(batcher, 3))).containsExactly(0);
  }

  @Test
  void closing_wakes_consumers_and_hands_back_what_waits() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(NEVER);
    batcher.expect(Lane.LIVE);
    batcher.add(Lane.LIVE, 1);
    CompletableFuture<List<Integer>> batch = take(batcher, 3);

    assertThat(batcher.close()).containsExactly(1);
    assertThat(get(batch)).isEmpty();
    assertThat(batcher.add(Lane.LIVE, 2)).isFalse();
  }
}
