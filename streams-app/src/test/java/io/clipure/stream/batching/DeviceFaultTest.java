package io.clipure.stream.batching;

import static io.clipure.stream.batching.Rig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clipure.stream.clip.EncoderException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a hung or failing device costs, and whom. */
class DeviceFaultTest {
  private final Deque<GatedEncoder> prepared = new ArrayDeque<>();
  private Rig rig;

  @AfterEach
  void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  /** Opens the given encoders in turn, then sound ones. */
  private Rig start(int devices, GatedEncoder... encoders) {
    prepared.addAll(Arrays.asList(encoders));
    rig = new Rig(Rig.settings(1, 4), devices, this::next);
    return rig;
  }

  private synchronized GatedEncoder next() {
    return prepared.isEmpty() ? GatedEncoder.open() : prepared.poll();
  }

  private static GatedEncoder hanging() {
    GatedEncoder encoder = GatedEncoder.open();
    encoder.hangs = true;
    return encoder;
  }

  /** Waits until a call hangs and lets its deadline pass. */
  private void hangUntilDeadline(GatedEncoder encoder) {
    await().until(() -> encoder.hanging.tryAcquire());
    rig.timer.advance(Rig.DEADLINE);
  }

  private static void assertEncoded(Ticket<String> ticket, int first) {
    assertThat(outcome(ticket))
        .isInstanceOfSatisfying(
            Outcome.Encoded.class,
            encoded -> assertThat(encoded.embeddings().image()).containsExactly(1f, first));
  }

  private static void assertFailed(Ticket<String> ticket, String... parts) {
    assertThat(outcome(ticket))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.stage()).isEqualTo(Outcome.Stage.ENCODE);
              assertThat(failed.message()).contains(parts);
            });
  }

  @Test
  void an_image_that_hangs_the_device_fails_alone_and_the_encoder_is_replaced() {
    GatedEncoder first = new GatedEncoder();
    start(1, first);
    List<Ticket<String>> batch = rig.submitAsOneBatch(first, 1, GatedEncoder.HANG, 3);
    hangUntilDeadline(first);
    hangUntilDeadline(rig.encoder(1));

    assertEncoded(batch.get(0), 1);
    assertFailed(batch.get(1), "2 attempts", "in a batch of 3", "in one image alone");
    assertEncoded(batch.get(2), 3);
    assertThat(rig.encoder(1).batchSizes).as("blank, then suspects alone").containsOnly(1);
    BatchingStats.Faults faults = rig.pipeline.stats().faults();
    assertThat(faults.hangs()).isEqualTo(2);
    assertThat(faults.replaced()).isEqualTo(2);
    assertThat(rig.pipeline.devices().get(0).state()).isEqualTo(DeviceHealth.State.WORKING);
    assertThat(rig.pipeline.devices().get(0).hanging()).isEqualTo(2);
    rig.pipeline.checkHealthy();
  }

  @Test
  void a_process_that_stood_still_does_not_blame_its_device() {
    GatedEncoder first = new GatedEncoder();
    start(1, first);
    List<Ticket<String>> batch = rig.submitAsOneBatch(first, GatedEncoder.HANG);
    await().until(() -> first.hanging.tryAcquire());

    rig.clock.addAndGet(60_000); // stopped for a minute, so the alarm comes late
    rig.timer.advance(Rig.DEADLINE);
    assertThat(rig.pipeline.stats().faults().hangs()).isZero();

    rig.timer.advance(Rig.DEADLINE);
    assertThat(rig.pipeline.stats().faults().hangs()).isEqualTo(1);
    hangUntilDeadline(rig.encoder(1));
    assertFailed(batch.get(0), "2 attempts");
  }

  @Test
  void an_encoder_that_returns_late_is_closed_and_its_results_are_dropped() {
    GatedEncoder first = new GatedEncoder();
    start(1, first);
    List<Ticket<String>> batch = rig.submitAsOneBatch(first, 1, 2);
    first.hangs = true;
    batch.forEach(Ticket::abandon);
    Ticket<String> ticket = rig.submit(5);
    hangUntilDeadline(first);
    assertEncoded(ticket, 5);
    Outcome<String> answer = ticket.outcome();
    ticket.release();
    long items = rig.pipeline.stats().items();
    assertThat(first.closed).isFalse();
    first.stuck.release();

    await().until(() -> first.closed);
    await().until(() -> rig.pipeline.devices().get(0).hanging() == 0);
    assertThat(ticket.outcome()).isSameAs(answer);
    assertThat(rig.pipeline.stats().items()).isEqualTo(items);
    rig.assertNothingHeld();
  }

  @Test
  void an_image_that_was_given_up_is_not_tried_again_when_it_is_delivered_again() {
    GatedEncoder first = GatedEncoder.open();
    start(1, first);
    Ticket<String> poison = rig.submit(GatedEncoder.HANG);
    hangUntilDeadline(first);
    hangUntilDeadline(rig.encoder(1));
    assertFailed(poison, "2 attempts");

    assertFailed(rig.submit(GatedEncoder.HANG), "hung a device in an earlier delivery");
    assertThat(rig.pipeline.stats().faults().hangs()).isEqualTo(2);
    assertEncoded(rig.submit(7), 7);
  }

  @Test
  void suspects_whose_task_was_given_up_go_alone_when_they_are_delivered_again() {
    GatedEncoder first = new GatedEncoder();
    GatedEncoder second = new GatedEncoder();
    start(1, first, second);
    List<Ticket<String>> batch = rig.submitAsOneBatch(first, 1, GatedEncoder.HANG, 3);
    hangUntilDeadline(first);
    batch.forEach(Ticket::abandon);
    second.gate.release(); // the blank image of the opening
    List<Ticket<String>> again = rig.submitAsOneBatch(second, 1, GatedEncoder.HANG, 3);
    hangUntilDeadline(second);

    assertEncoded(again.get(0), 1);
    assertFailed(again.get(1), "earlier delivery", "in one image alone");
    assertEncoded(again.get(2), 3);
    again.forEach(Ticket::release);
    rig.assertNothingHeld();
  }

  @Test
  void a_device_that_hangs_for_a_blank_image_too_fails_the_pipeline_and_blames_no_image() {
    start(1, hanging(), hanging());
    Ticket<String> ticket = rig.submit(1);
    hangUntilDeadline(rig.encoder(0));
    hangUntilDeadline(rig.encoder(1));

    assertThatThrownBy(rig.pipeline::checkHealthy)
        .isInstanceOf(PipelineFailedException.class)
        .hasMessageContaining("fake:0")
        .hasMessageContaining("restart the process");
    assertThat(ticket.outcome()).isNull();
    assertThat(rig.pipeline.devices().get(0).state()).isEqualTo(DeviceHealth.State.RETIRED);
  }

  @Test
  void a_device_that_cannot_be_opened_again_is_retired_and_the_others_go_on() {
    GatedEncoder good = new GatedEncoder();
    GatedEncoder bad = hanging();
    prepared.add(bad);
    prepared.add(good);
    rig =
        new Rig(
            Rig.settings(1, 4),
            2,
            () -> {
              GatedEncoder encoder = prepared.poll();
              if (encoder == null) {
                throw new EncoderException("no such device any more", null);
              }
              return encoder;
            });
    Ticket<String> one = rig.submit(1);
    await().until(() -> good.entered.availablePermits() + bad.hanging.availablePermits() > 0);
    Ticket<String> two = rig.submit(2);
    await().until(() -> good.entered.tryAcquire()); // each device has one of them
    await().until(() -> bad.hanging.tryAcquire());
    good.gate.release(1_000_000);
    await().until(() -> one.outcome() != null || two.outcome() != null);
    rig.timer.advance(Rig.DEADLINE);

    assertEncoded(one, 1);
    assertEncoded(two, 2);
    await().until(() -> rig.pipeline.stats().faults().retired() == 1);
    assertThat(rig.pipeline.devices())
        .extracting(DeviceHealth::state)
        .containsExactly(DeviceHealth.State.RETIRED, DeviceHealth.State.WORKING);
    assertThat(rig.pipeline.devices().get(0).lastFault().orElseThrow())
        .contains("no such device any more");
    rig.pipeline.checkHealthy();
    assertEncoded(rig.submit(3), 3);
  }

  @Test
  void too_many_hanging_encoders_end_the_device() {
    start(1);
    Ticket<String> first = rig.submit(Jobs.pixels(1, "d", GatedEncoder.HANG, 1));
    hangUntilDeadline(rig.encoder(0));
    hangUntilDeadline(rig.encoder(1));
    assertFailed(first, "2 attempts");
    Ticket<String> second = rig.submit(Jobs.pixels(1, "d", GatedEncoder.HANG, 2));
    hangUntilDeadline(rig.encoder(2));
    hangUntilDeadline(rig.encoder(3));
    assertFailed(second, "2 attempts");
    Ticket<String> third = rig.submit(Jobs.pixels(1, "d", GatedEncoder.HANG, 3));
    hangUntilDeadline(rig.encoder(4));

    assertThatThrownBy(rig.pipeline::checkHealthy).hasMessageContaining("5 encoders hang");
    assertThat(third.outcome()).isNull();
    assertThat(rig.opened).hasSize(5);
  }

  @Test
  void a_failing_device_is_opened_anew_and_the_image_is_answered() {
    GatedEncoder first = GatedEncoder.open();
    first.broken = true;
    start(1, first);

    assertEncoded(rig.submit(1), 1);
    assertThat(first.closed).isTrue();
    assertThat(rig.pipeline.stats().faults().replaced()).isEqualTo(1);
    assertThat(rig.pipeline.stats().failed()).isZero();
  }

  @Test
  void want_of_memory_halves_the_batch_and_is_remembered() {
    GatedEncoder first = new GatedEncoder();
    first.memory = 2;
    start(1, first);
    List<Ticket<String>> batch = rig.submitAsOneBatch(first, 1, 2, 3, 4);
    for (int i = 0; i < 4; i++) {
      assertEncoded(batch.get(i), i + 1);
    }
    first.gate.drainPermits();
    first.entered.drainPermits();
    List<Ticket<String>> next = rig.submitAsOneBatch(first, 5, 6, 7, 8);
    next.forEach(Rig::outcome);

    assertThat(first.batchSizes).containsExactly(1, 4, 2, 2, 1, 2, 2);
    assertThat(rig.pipeline.stats().faults().outOfMemory()).isEqualTo(1);
    assertThat(rig.pipeline.stats().failed()).isZero();
  }

  @Test
  void a_batch_that_fails_is_halved_down_to_its_culprit() {
    GatedEncoder first = new GatedEncoder();
    start(1, first);
    List<Ticket<String>> batch = rig.submitAsOneBatch(first, 1, 2, 3, GatedEncoder.POISON);

    assertFailed(batch.get(3), "2 attempts", "engine failed", "works for a blank image");
    assertEncoded(batch.get(0), 1);
    assertEncoded(batch.get(1), 2);
    assertEncoded(batch.get(2), 3);
    assertThat(rig.opened).hasSize(1);
  }
}
