package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A pipeline whose time, devices and replacements the test holds in its hands. */
final class Rig implements AutoCloseable {
  static final Duration DEADLINE = Duration.ofSeconds(10);
  static final Object CALLER = "caller";

  final ManualTimer timer = new ManualTimer();
  final AtomicLong clock = new AtomicLong(1_000);

  /** Every encoder opened, the first one of each device first. */
  final List<GatedEncoder> opened = new CopyOnWriteArrayList<>();

  final InferencePipeline pipeline;

  Rig(BatchingSettings settings, int devices, Supplier<GatedEncoder> encoders) {
    List<EncoderFactory> factories = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      factories.add(
          new EncoderFactory(
              "fake:" + i,
              () -> {
                GatedEncoder encoder = encoders.get();
                opened.add(encoder);
                return encoder;
              }));
    }
    pipeline = new InferencePipeline(settings, factories, timer, clock::get);
  }

  static BatchingSettings settings(int loadThreads, int maxBatch) {
    return new BatchingSettings(
        loadThreads,
        maxBatch,
        Duration.ZERO,
        1_000,
        1_000_000,
        1_000,
        Duration.ofSeconds(30),
        Duration.ofMillis(5),
        4,
        2,
        1_000,
        DEADLINE,
        2,
        0.5,
        Duration.ofSeconds(1));
  }

  GatedEncoder encoder(int number) {
    await().until(() -> opened.size() > number);
    return opened.get(number);
  }

  <D> Ticket<D> submit(Job<D> job) {
    Ticket<D> ticket = pipeline.trySubmit(CALLER, job);
    assertThat(ticket).as("there is room").isNotNull();
    return ticket;
  }

  Ticket<String> submit(int first) {
    return submit(Jobs.pixels(1, "d" + first, first));
  }

  /** Behind a gated first batch of one, so that all land in one batch; opens the gate. */
  List<Ticket<String>> submitAsOneBatch(GatedEncoder gated, int... firsts) {
    return submitAsOneBatch(
        gated,
        Arrays.stream(firsts).mapToObj(first -> Jobs.pixels(1, "d" + first, first)).toList());
  }

  List<Ticket<String>> submitAsOneBatch(GatedEncoder gated, List<Job<String>> jobs) {
    Ticket<String> plug = submit(0);
    await().until(() -> gated.entered.tryAcquire());
    List<Ticket<String>> tickets = new ArrayList<>();
    jobs.forEach(job -> tickets.add(submit(job)));
    CountDownLatch loaded = new CountDownLatch(1);
    Ticket<String> marker =
        submit(
            Job.live(
                1,
                Jobs.decode(
                    () -> {
                      loaded.countDown(); // the one load thread has passed all before
                      return new Loaded.Settled<>("marker");
                    })));
    await().until(() -> loaded.getCount() == 0);
    gated.gate.release(1_000_000);
    outcome(plug);
    plug.release();
    outcome(marker);
    marker.release();
    return tickets;
  }

  static <D> Outcome<D> outcome(Ticket<D> ticket) {
    await().until(() -> ticket.outcome() != null);
    return ticket.outcome();
  }

  void assertNothingHeld() {
    await()
        .untilAsserted(
            () -> {
              BatchingStats stats = pipeline.stats();
              assertThat(stats.inFlight()).isZero();
              assertThat(stats.inFlightBytes()).isZero();
              assertThat(stats.live().count()).isZero();
              assertThat(stats.backfill().bytes()).isZero();
              assertThat(stats.fetchSlots().now()).isZero();
              assertThat(stats.decodeBytes().now()).isZero();
            });
  }

  @Override
  public void close() {
    for (GatedEncoder encoder : opened) {
      encoder.gate.release(1_000_000);
      encoder.stuck.release(1_000_000);
    }
    pipeline.close();
  }
}
