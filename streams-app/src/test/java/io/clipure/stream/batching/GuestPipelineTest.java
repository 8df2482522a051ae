package io.clipure.stream.batching;

import static io.clipure.stream.batching.Rig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestPipelineTest {
  private static final Object SHADOW = "shadow";

  private final GatedEncoder hosts = new GatedEncoder();
  private final GatedEncoder guests = GatedEncoder.open();
  private final Rig rig = new Rig(Rig.settings(1, 4), 1, () -> hosts);
  private InferencePipeline guest;

  @AfterEach
  void stop() {
    guests.gate.release(1_000);
    guests.stuck.release(1_000);
    hosts.gate.release(1_000);
    guest.close();
    rig.close();
  }

  private static BatchingSettings settings(int inFlight, Duration drainDeadline) {
    BatchingSettings small = Rig.settings(1, 4).within(2, inFlight, 1_000);
    return new BatchingSettings(
        1,
        small.maxBatch(),
        Duration.ZERO,
        small.maxInFlight(),
        small.maxInFlightBytes(),
        small.maxInFlightPerTask(),
        drainDeadline,
        Duration.ofMillis(5));
  }

  private void withEncoder(Duration drainDeadline) {
    guest =
        rig.pipeline.guest(
            settings(4, drainDeadline), List.of(new EncoderFactory("fake:guest", () -> guests)));
  }

  private Ticket<String> submitToGuest(int first) {
    return guest.trySubmit(
        SHADOW, new Job<>(1, Lane.BACKFILL, Job.NEVER, Jobs.decode("g" + first, first)));
  }

  @Test
  void a_guest_begins_when_no_live_image_is_on_a_device() {
    withEncoder(Duration.ofHours(1));
    Ticket<String> live = rig.submit(1);
    await().until(() -> hosts.entered.tryAcquire());
    Ticket<String> shadow = submitToGuest(2);
    await().until(() -> rig.pipeline.stats().decodeBytes().now() == 0);
    assertThat(guests.entered.availablePermits()).as("it gives way").isZero();

    hosts.gate.release(1_000);
    assertThat(outcome(live)).isInstanceOf(Outcome.Encoded.class);
    assertThat(outcome(shadow)).isInstanceOf(Outcome.Encoded.class);
    live.release();
    shadow.release();
  }

  @Test
  void a_guest_of_a_host_that_never_rests_goes_on_slowly() {
    withEncoder(Duration.ofMillis(400)); // 50 ms a batch
    Ticket<String> live = rig.submit(1);
    await().until(() -> hosts.entered.tryAcquire());
    Ticket<String> shadow = submitToGuest(2);
    assertThat(outcome(shadow)).isInstanceOf(Outcome.Encoded.class);
    assertThat(live.outcome()).as("still on the device").isNull();
    shadow.release();
    hosts.gate.release(1_000);
    outcome(live);
    live.release();
  }

  @Test
  void a_guest_without_encoders_has_its_images_encoded_behind_the_live_ones() {
    guest = rig.pipeline.guest(settings(4, Duration.ofSeconds(20)), List.of());
    Ticket<String> plug = rig.submit(0);
    await().until(() -> hosts.entered.tryAcquire());
    Ticket<String> shadow = submitToGuest(2);
    Ticket<String> live = rig.submit(1);
    await().until(() -> rig.pipeline.stats().decodeBytes().now() == 0);
    hosts.gate.release(2);
    outcome(plug);
    assertThat(outcome(live)).isInstanceOf(Outcome.Encoded.class);
    assertThat(shadow.outcome()).isNull();
    hosts.gate.release();
    assertThat(outcome(shadow)).isInstanceOf(Outcome.Encoded.class);
    List.of(plug, live, shadow).forEach(Ticket::release);
  }

  @Test
  void a_guest_takes_no_room_of_its_host() {
    guest = rig.pipeline.guest(settings(4, Duration.ofSeconds(20)), List.of());
    for (int i = 0; i < 4; i++) {
      assertThat(submitToGuest(i)).isNotNull();
    }
    assertThat(submitToGuest(4)).as("its own room is full").isNull();
    assertThat(rig.pipeline.stats().inFlight()).isZero();
    assertThat(guest.stats().inFlight()).isEqualTo(4);
  }

  @Test
  void the_failure_of_a_guest_is_not_its_hosts() {
    withEncoder(Duration.ofSeconds(20));
    hosts.gate.release(1_000);
    submitToGuest(GatedEncoder.ERROR);
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThatThrownBy(guest::checkHealthy)
                    .isInstanceOf(PipelineFailedException.class));
    rig.pipeline.checkHealthy();
    Ticket<String> live = rig.submit(1);
    assertThat(outcome(live)).isInstanceOf(Outcome.Encoded.class);
    live.release();
  }

  @Test
  void a_host_that_is_closed_takes_its_guest_with_it() {
    withEncoder(Duration.ofSeconds(20));
    rig.close();
    assertThatThrownBy(guest::checkHealthy).isInstanceOf(PipelineFailedException.class);
  }

  @Test
  void a_live_job_is_not_for_a_guest() {
    withEncoder(Duration.ofSeconds(20));
    assertThatThrownBy(() -> guest.trySubmit(SHADOW, Jobs.pixels(1, "x", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("back-fill");
  }
}
