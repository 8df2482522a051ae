package io.clipure.stream.batching;

import static io.clipure.stream.batching.Rig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fetching, pauses, decoding and deadlines. The rig has 4 fetch slots, 2 a host. */
@Timeout(60)
class StepsTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final GatedEncoder encoder = GatedEncoder.open();
  private Rig rig = new Rig(Rig.settings(2, 4), 1, () -> encoder);

  @AfterEach
  void stop() {
    rig.close();
  }

  /** A fetch that says that it runs, then waits to be let go or aborted. */
  private static final class Download {
    final Semaphore running = new Semaphore(0);
    final CountDownLatch end = new CountDownLatch(1);
    final AtomicInteger aborts = new AtomicInteger();

    Step<String> step(String host, Supplier<Step<String>> next) {
      return new Step.Fetch<>(
          host,
          LIMIT,
          () -> {
            running.release();
            await(end);
            return aborts.get() > 0 ? settled("aborted") : next.get();
          },
          () -> {
            aborts.incrementAndGet();
            end.countDown();
          });
    }

    boolean runs() {
      return running.availablePermits() > 0;
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Step<String> settled(String detail) {
    return new Step.Done<>(new Loaded.Settled<>(detail));
  }

  private static Step<String> fetched(String host, Supplier<Step<String>> next) {
    return new Step.Fetch<>(host, LIMIT, next, () -> {});
  }

  private Ticket<String> submit(Step<String> first) {
    return rig.submit(Job.live(1, first));
  }

  private Ticket<String> expiring(long at, Step<String> first) {
    return rig.submit(new Job<>(1, Lane.LIVE, at, first));
  }

  private static void assertSettled(Ticket<String> ticket, String detail) {
    assertThat(outcome(ticket)).isEqualTo(new Outcome.Settled<>(detail));
  }

  private static void assertEncoded(Ticket<String> ticket) {
    assertThat(outcome(ticket)).isInstanceOf(Outcome.Encoded.class);
  }

  @Test
  void an_image_is_fetched_through_a_redirect_and_a_pause_then_decoded_and_encoded() {
    Step<String> lastTry = fetched("b", () -> Jobs.decode("d", 7));
    Ticket<String> ticket =
        submit(fetched("a", () -> fetched("b", () -> new Step.Later<>(LIMIT, lastTry))));
    await().until(() -> rig.timer.scheduled() == 1);
    assertThat(rig.pipeline.stats().fetchSlots().now()).as("nothing is held in a pause").isZero();
    assertThat(ticket.outcome()).isNull();
    rig.timer.advance(LIMIT);

    assertThat(outcome(ticket))
        .isInstanceOfSatisfying(
            Outcome.Encoded.class,
            encoded -> assertThat(encoded.embeddings().image()).containsExactly(1f, 7f));
    ticket.release();
    rig.assertNothingHeld();
  }

  @Test
  void a_slow_host_holds_up_no_other_and_has_at_most_its_places() {
    List<Download> slow = List.of(new Download(), new Download(), new Download());
    List<Ticket<String>> tickets = new ArrayList<>();
    slow.forEach(one -> tickets.add(submit(one.step("slow", () -> settled("slow")))));
    await().until(() -> slow.get(0).runs() && slow.get(1).runs());

    assertSettled(submit(fetched("fast", () -> settled("fast"))), "fast");
    assertThat(slow.get(2).runs()).as("the third waits for a place").isFalse();
    slow.get(0).end.countDown();
    await().until(() -> slow.get(2).runs());
    slow.forEach(one -> one.end.countDown());
    tickets.forEach(ticket -> assertSettled(ticket, "slow"));
    assertThat(rig.pipeline.stats().fetchSlots().peak()).isEqualTo(3);
  }

  @Test
  void a_fetched_image_keeps_its_slot_until_it_is_decoded() {
    CountDownLatch decoding = new CountDownLatch(1);
    List<Ticket<String>> tickets = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tickets.add(
          submit(
              fetched(
                  "host" + i,
                  () ->
                      new Step.Decode<>(
                          1,
                          () -> {
                            Download.await(decoding);
                            return settled("decoded");
                          }))));
    }
    await().until(() -> rig.pipeline.stats().decodeBytes().now() == 2);
    Download fifth = new Download();
    Ticket<String> waiting = submit(fifth.step("other", () -> settled("fetched")));
    assertThat(rig.pipeline.stats().fetchSlots().now()).isEqualTo(4);
    assertThat(fifth.runs()).isFalse();
    decoding.countDown();
    fifth.end.countDown();

    assertSettled(waiting, "fetched");
    tickets.forEach(ticket -> assertSettled(ticket, "decoded"));
    rig.pipeline.withdraw(Rig.CALLER);
    await().until(() -> rig.pipeline.stats().fetchSlots().now() == 0);
  }

  @Test
  void a_fetch_that_outlasts_its_limit_is_aborted_once() {
    Download download = new Download();
    Ticket<String> ticket = submit(download.step("slow", () -> settled("fetched")));
    await().until(download::runs);
    rig.timer.advance(LIMIT.minusMillis(1));
    assertThat(download.aborts).hasValue(0);
    rig.timer.advance(LIMIT);
    rig.timer.advance(LIMIT);

    assertSettled(ticket, "aborted");
    assertThat(download.aborts).hasValue(1);
  }

  @Test
  void live_fetches_go_before_back_fill_which_leaves_them_slots() {
    List<Download> old = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      old.add(new Download());
      rig.submit(
          new Job<>(
              1, Lane.BACKFILL, Job.NEVER, old.get(i).step("host" + i, () -> settled("old"))));
    }
    await().until(() -> rig.pipeline.stats().fetchSlots().now() == 2);
    Download one = new Download();
    Download two = new Download();
    submit(one.step("host0", () -> settled("live")));
    submit(two.step("host1", () -> settled("live")));

    await().until(() -> one.runs() && two.runs());
    assertThat(old.stream().filter(Download::runs)).hasSize(2);
    old.forEach(download -> download.end.countDown());
    one.end.countDown();
    two.end.countDown();
  }

  @Test
  void decoding_keeps_to_its_memory_and_a_larger_image_is_decoded_alone() {
    CountDownLatch go = new CountDownLatch(1);
    Supplier<Step<String>> slow =
        () -> {
          Download.await(go);
          return settled("decoded");
        };
    submit(new Step.Decode<>(600, slow));
    Ticket<String> large = submit(new Step.Decode<>(5_000, () -> settled("alone")));
    Ticket<String> small = submit(new Step.Decode<>(1, () -> settled("small")));
    await().until(() -> rig.pipeline.stats().decodeBytes().now() == 600);

    assertThat(large.outcome()).isNull();
    assertThat(small.outcome()).as("a small one does not overtake").isNull();
    go.countDown();
    assertSettled(large, "alone");
    assertSettled(small, "small");
    assertThat(rig.pipeline.stats().decodeBytes().peak()).isEqualTo(5_000);
  }

  @Test
  void back_fill_leaves_a_load_thread_to_live_images() {
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 3; i++) {
      rig.submit(
          new Job<>(
              1,
              Lane.BACKFILL,
              Job.NEVER,
              new Step.Decode<>(
                  1,
                  () -> {
                    Download.await(go);
                    return settled("old");
                  })));
    }
    assertSettled(submit(new Step.Decode<>(1, () -> settled("live"))), "live");
    go.countDown();
  }

  @Test
  void an_expired_job_is_not_fetched_not_decoded_and_not_encoded() {
    AtomicInteger ran = new AtomicInteger();
    Supplier<Step<String>> count =
        () -> {
          ran.incrementAndGet();
          return settled("ran");
        };
    assertThat(outcome(expiring(1_000, fetched("a", count)))).isEqualTo(new Outcome.Expired<>());
    assertThat(outcome(expiring(999, new Step.Decode<>(1, count))))
        .isEqualTo(new Outcome.Expired<>());
    assertThat(ran).hasValue(0);

    Ticket<String> whileFetched =
        expiring(
            2_000,
            fetched(
                "a",
                () -> {
                  rig.clock.set(2_000);
                  return new Step.Decode<>(1, count);
                }));
    assertThat(outcome(whileFetched)).isEqualTo(new Outcome.Expired<>());
    Ticket<String> whileDecoded =
        expiring(
            3_000,
            new Step.Decode<>(
                1,
                () -> {
                  rig.clock.set(3_000);
                  return new Step.Done<>(new Loaded.Pixels<>("d", Jobs.image((byte) 1)));
                }));
    assertThat(outcome(whileDecoded)).isEqualTo(new Outcome.Expired<>());
    assertThat(ran).hasValue(0);
    assertThat(encoder.batchSizes).isEmpty();
    assertThat(rig.pipeline.stats().expired()).isEqualTo(4);
  }

  @Test
  void a_pause_ends_when_the_job_expires() {
    Ticket<String> ticket =
        expiring(1_500, new Step.Later<>(Duration.ofHours(1), settled("much later")));
    rig.clock.set(1_500);
    rig.timer.advance(Duration.ofMillis(500));

    assertThat(outcome(ticket)).isEqualTo(new Outcome.Expired<>());
  }

  @Test
  void an_image_whose_inference_began_is_answered_though_it_expires_meanwhile() {
    encoder.gate.drainPermits();
    Ticket<String> ticket = expiring(1_500, Jobs.decode("d", 1));
    await().until(() -> encoder.entered.tryAcquire());
    rig.clock.set(9_999);
    encoder.gate.release(1_000);

    assertEncoded(ticket);
  }

  @Test
  void a_step_that_throws_or_answers_nothing_fails_its_own_job_only() {
    for (Step<String> bad :
        List.<Step<String>>of(
            fetched(
                "a",
                () -> {
                  throw new IllegalStateException("bug");
                }),
            fetched("a", () -> null),
            new Step.Decode<>(
                1,
                () -> {
                  throw new StackOverflowError();
                }))) {
      Ticket<String> ticket = submit(bad);
      assertThat(outcome(ticket))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.stage()).isEqualTo(Outcome.Stage.LOAD));
      ticket.release();
    }
    Ticket<String> good = rig.submit(1);
    assertEncoded(good);
    good.release();
    rig.assertNothingHeld();
  }

  @Test
  void a_job_abandoned_at_any_stage_gives_everything_back() {
    encoder.gate.drainPermits();
    Download fetching = new Download();
    Download inPlace = new Download();
    CountDownLatch decoding = new CountDownLatch(1);
    Step<String> blockedDecode =
        new Step.Decode<>(
            1_000,
            () -> {
              Download.await(decoding);
              return settled("late");
            });
    List<Ticket<String>> tickets = new ArrayList<>();
    tickets.add(rig.submit(1)); // in the encoder
    await().until(() -> encoder.entered.tryAcquire());
    tickets.add(rig.submit(2)); // waits for a batch
    await().until(() -> tickets.get(1).views() != null);
    tickets.add(submit(new Step.Later<>(LIMIT, settled("later")))); // pauses
    tickets.add(submit(fetching.step("slow", () -> settled("fetched")))); // is fetched
    tickets.add(submit(inPlace.step("slow", () -> settled("fetched"))));
    await().until(() -> fetching.runs() && inPlace.runs());
    tickets.add(submit(fetched("slow", () -> settled("fetched")))); // waits for the host
    tickets.add(submit(fetched("b", () -> blockedDecode))); // is decoded, holding a slot
    await().until(() -> rig.pipeline.stats().decodeBytes().now() == 1_000);
    tickets.add(submit(fetched("c", () -> blockedDecode))); // waits for memory, with a slot
    await().until(() -> tickets.get(7).step() instanceof Step.Decode);
    assertThat(rig.pipeline.stats().fetchSlots().now()).isEqualTo(4);

    tickets.forEach(Ticket::abandon);
    rig.timer.advance(Duration.ZERO); // running fetches are told on the timer thread
    await().until(() -> fetching.aborts.get() == 1 && inPlace.aborts.get() == 1);
    await().until(() -> rig.pipeline.stats().fetchSlots().now() == 1);
    assertThat(rig.pipeline.stats().inFlight()).as("encoder and decoder still run").isEqualTo(2);
    decoding.countDown();
    encoder.gate.release(1_000);
    rig.timer.advance(LIMIT);
    rig.assertNothingHeld();

    Ticket<String> next = submit(fetched("slow", () -> Jobs.decode("d", 1)));
    assertEncoded(next);
    next.release();
    rig.assertNothingHeld();
  }

  /** Lets time pass until the job has ended. */
  private void passPauses(Ticket<?> ticket) {
    await()
        .until(
            () -> {
              rig.timer.advance(LIMIT);
              return ticket.outcome() != null;
            });
  }

  @Test
  void a_decoding_that_found_no_heap_is_tried_again() {
    AtomicInteger tries = new AtomicInteger();
    Ticket<String> ticket =
        submit(
            new Step.Decode<>(
                1,
                () -> {
                  if (tries.incrementAndGet() < 3) {
                    throw new OutOfMemoryError("Java heap space");
                  }
                  return settled("decoded");
                }));

    passPauses(ticket);
    assertSettled(ticket, "decoded");
    rig.pipeline.checkHealthy();
  }

  @Test
  void an_image_that_never_finds_heap_fails_alone() {
    Ticket<String> ticket =
        submit(
            new Step.Decode<>(
                77,
                () -> {
                  throw new OutOfMemoryError("Java heap space");
                }));

    passPauses(ticket);
    assertThat(outcome(ticket))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.stage()).isEqualTo(Outcome.Stage.MEMORY);
              assertThat(failed.message()).contains("77 bytes", "attempt 5 of 5", "raise -Xmx");
            });
    rig.pipeline.checkHealthy();
  }
}
