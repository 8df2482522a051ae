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

  private CompletableFuture<List<Integer>> take(MicroBatcher<Integer> batcher) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return batcher.take();
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
    MicroBatcher<Integer> batcher = new MicroBatcher<>(3, NEVER);
    batcher.expect();
    CompletableFuture<List<Integer>> batch = take(batcher);
    batcher.add(1);
    batcher.add(2);
    assertThat(batch).isNotDone();
    batcher.add(3);

    assertThat(get(batch)).containsExactly(1, 2, 3);
  }

  @Test
  void a_batch_closes_after_the_delay_though_it_is_not_full() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(3, Duration.ofMillis(1));
    batcher.expect();
    CompletableFuture<List<Integer>> batch = take(batcher);
    batcher.add(1);

    assertThat(get(batch)).containsExactly(1);
  }

  @Test
  void a_batch_closes_when_nobody_else_is_on_the_way() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(3, NEVER);
    batcher.expect();
    batcher.expect();
    CompletableFuture<List<Integer>> batch = take(batcher);
    batcher.add(1);
    batcher.settle();
    assertThat(batch).isNotDone();
    batcher.settle();

    assertThat(get(batch)).containsExactly(1);
  }

  @Test
  void what_gathers_while_the_device_is_busy_makes_full_batches() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(2, Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      batcher.add(i);
    }

    assertThat(get(take(batcher))).containsExactly(0, 1);
    assertThat(get(take(batcher))).containsExactly(2, 3);
    assertThat(get(take(batcher))).containsExactly(4);
  }

  @Test
  void closing_wakes_consumers_and_hands_back_what_waits() throws Exception {
    MicroBatcher<Integer> batcher = new MicroBatcher<>(3, NEVER);
    batcher.expect();
    batcher.add(1);
    CompletableFuture<List<Integer>> batch = take(batcher);

    assertThat(batcher.close()).containsExactly(1);
    assertThat(get(batch)).isEmpty();
    assertThat(batcher.add(2)).isFalse();
  }
}
