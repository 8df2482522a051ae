package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferencePipelineTest {
  private static final Object CALLER = "caller";
  private GatedEncoder encoder = GatedEncoder.open();
  private InferencePipeline pipeline;

  @AfterEach
  void stop() {
    encoder.gate.release(1_000);
    if (pipeline != null) {
      pipeline.close();
    }
  }

  private void start(int maxInFlight, long maxBytes) {
    pipeline =
        new InferencePipeline(
            new BatchingSettings(
                1,
                4,
                Duration.ZERO,
                maxInFlight,
                maxBytes,
                8,
                Duration.ofSeconds(20),
                Duration.ofMillis(5)),
            List.of(new EncoderFactory("fake:0", () -> encoder)));
  }

  private static Job<String> job(int first, long bytes) {
    return Jobs.pixels(bytes, "d" + first, first);
  }

  private Ticket<String> submit(int first) {
    Ticket<String> ticket = pipeline.trySubmit(CALLER, job(first, 1));
    assertThat(ticket).as("there is room").isNotNull();
    return ticket;
  }

  private static Outcome<String> outcome(Ticket<String> ticket) {
    await().until(() -> ticket.outcome() != null);
    return ticket.outcome();
  }

  /** Submits behind a batch that keeps the device busy, so that all land in one batch. */
  private List<Ticket<String>> submitAsOneBatch(int... firsts) {
    submit(0);
    encoder.entered.acquireUninterruptibly();
    List<Ticket<String>> tickets = new ArrayList<>();
    for (int first : firsts) {
      tickets.add(submit(first));
    }
    CountDownLatch loaded = new CountDownLatch(1);
    pipeline.trySubmit(
        CALLER,
        Job.live(
            1,
            Jobs.decode(
                () -> {
                  loaded.countDown(); // the one load thread has passed all before
                  return new Loaded.Settled<>("marker");
                })));
    await().until(() -> loaded.getCount() == 0);
    encoder.gate.release(1_000);
    return tickets;
  }

  @Test
  void a_poisoned_image_does_not_harm_its_batch_mates() {
    encoder = new GatedEncoder();
    start(16, 100);
    List<Ticket<String>> batch = submitAsOneBatch(1, GatedEncoder.POISON, 3, GatedEncoder.NAN);

    assertThat(outcome(batch.get(0))).isInstanceOf(Outcome.Encoded.class);
    assertThat(outcome(batch.get(1)))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.stage()).isEqualTo(Outcome.Stage.ENCODE));
    assertThat(outcome(batch.get(2)))
        .isInstanceOfSatisfying(
            Outcome.Encoded.class,
            encoded -> {
              assertThat(encoded.embeddings().image()).containsExactly(1f, 3f);
              assertThat(encoded.detail()).isEqualTo("d3");
              assertThat(encoded.batchSize()).isEqualTo(2);
            });
    assertThat(outcome(batch.get(3))).isInstanceOf(Outcome.Failed.class);
    assertThat(encoder.batchSizes).startsWith(1, 4);
    pipeline.checkHealthy();
  }

  @Test
  void full_batches_count_as_full() {
    encoder = new GatedEncoder();
    start(16, 100);
    submitAsOneBatch(1, 2, 3, 4).forEach(InferencePipelineTest::outcome);

    BatchingStats stats = pipeline.stats();
    assertThat(stats.items()).isEqualTo(5);
    assertThat(stats.batches()).isEqualTo(2);
    assertThat(stats.fill()).isEqualTo(5.0 / 8);
  }

  @Test
  void a_broken_device_fails_the_pipeline_and_blames_no_image() {
    encoder.broken = true;
    start(16, 100);
    Ticket<String> ticket = submit(1);

    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(pipeline::checkHealthy)
                    .isInstanceOf(PipelineFailedException.class)
                    .hasMessageContaining("fake:0")
                    .hasMessageContaining("blank image"));
    assertThat(ticket.outcome()).isNull();
    assertThatThrownBy(() -> submit(2)).isInstanceOf(PipelineFailedException.class);
  }

  @Test
  void an_error_in_a_worker_sticks() {
    start(16, 100);
    submit(GatedEncoder.ERROR);

    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(pipeline::checkHealthy)
                    .hasRootCauseInstanceOf(OutOfMemoryError.class));
  }

  @Test
  void the_byte_budget_holds_until_results_are_forwarded() {
    start(16, 100);
    Ticket<String> first = pipeline.trySubmit(CALLER, job(1, 60));
    assertThat(pipeline.trySubmit(CALLER, job(2, 60))).isNull();
    outcome(first);
    assertThat(pipeline.trySubmit(CALLER, job(2, 60))).as("done but not forwarded").isNull();
    first.release();
    Ticket<String> second = pipeline.trySubmit(CALLER, job(2, 60));

    assertThat(second).isNotNull();
    assertThat(pipeline.stats().peakInFlightBytes()).isEqualTo(60);
    assertThat(pipeline.stats().peakInFlight()).isEqualTo(1);
  }

  @Test
  void the_count_budget_holds() {
    start(4, 1_000);
    for (int i = 0; i < 4; i++) {
      submit(i);
    }

    assertThat(pipeline.trySubmit(CALLER, job(5, 1))).isNull();
  }

  @Test
  void an_image_larger_than_the_budget_is_admitted_alone() {
    start(16, 100);
    Ticket<String> small = submit(1);
    assertThat(pipeline.trySubmit("large", job(2, 500))).isNull();
    assertThat(pipeline.trySubmit(CALLER, job(3, 1))).as("the large one is next").isNull();
    outcome(small);
    small.release();
    assertThat(pipeline.trySubmit(CALLER, job(3, 1))).isNull();
    Ticket<String> large = pipeline.trySubmit("large", job(2, 500));

    assertThat(large).isNotNull();
    assertThat(pipeline.trySubmit(CALLER, job(3, 1))).as("alone").isNull();
    outcome(large);
    large.release();
    assertThat(pipeline.trySubmit(CALLER, job(3, 1))).isNotNull();
  }

  @Test
  void who_withdraws_does_not_block_the_line() {
    start(16, 100);
    Ticket<String> small = submit(1);
    assertThat(pipeline.trySubmit("large", job(2, 500))).isNull();
    pipeline.withdraw("large");

    assertThat(pipeline.trySubmit(CALLER, job(3, 1))).isNotNull();
    small.release();
  }

  @Test
  void abandoned_jobs_give_their_room_back_once_no_worker_touches_them() {
    encoder = new GatedEncoder();
    start(16, 100);
    Ticket<String> running = submit(1);
    encoder.entered.acquireUninterruptibly();
    Ticket<String> waiting = submit(2);
    await().until(() -> waiting.views() != null);

    waiting.abandon();
    assertThat(pipeline.stats().inFlight()).isEqualTo(1);
    running.abandon();
    running.abandon();
    assertThat(pipeline.stats().inFlight()).as("still in the encoder").isEqualTo(1);
    encoder.gate.release(1_000);
    await().until(() -> pipeline.stats().inFlight() == 0);
    running.release();
    assertThat(pipeline.stats().inFlightBytes()).isZero();
  }

  @Test
  void closing_closes_the_encoders_and_refuses_work() {
    start(16, 100);
    pipeline.close();

    assertThat(encoder.closed).isTrue();
    assertThatThrownBy(() -> submit(1)).isInstanceOf(PipelineFailedException.class);
  }
}
