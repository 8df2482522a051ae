package io.clipure.stream.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything at once, at random: both lanes, redirects, pauses, aborted downloads, bugs, expiry,
 * poison, hangs, want of memory, encoders that break, tasks that give up. Each job must end exactly
 * once, as its kind says, and nothing may stay held.
 */
@Timeout(120)
class PipelineStressTest {
  private static final int JOBS = 1_500;
  private static final int MOST_PENDING = 40;

  private enum Kind {
    PLAIN,
    SETTLED,
    BUG,
    POISON,
    HANG,
    EXPIRED,
    ENDLESS_DOWNLOAD
  }

  /** One job and what its steps count. */
  private static final class Sent {
    final int number;
    final Kind kind;
    final AtomicInteger decoded = new AtomicInteger();
    Ticket<Integer> ticket;

    Sent(int number, Kind kind) {
      this.number = number;
      this.kind = kind;
    }
  }

  private static GatedEncoder encoder() {
    GatedEncoder encoder = GatedEncoder.open();
    encoder.memory = 3;
    return encoder;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void each_job_ends_once_as_its_kind_says_and_nothing_stays_held(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Rig rig = new Rig(Rig.settings(2, 6), 1, PipelineStressTest::encoder);
    try (rig) {
      Deque<Sent> pending = new ArrayDeque<>();
      int ended = 0;
      int abandoned = 0;
      for (int number = 0; number < JOBS; number++) {
        Sent sent = new Sent(number, kind(random));
        sent.ticket = rig.pipeline.trySubmit(Rig.CALLER, job(sent, random));
        assertThat(sent.ticket).isNotNull();
        if (random.nextInt(20) == 0) {
          letTimePass(rig);
          sent.ticket.abandon();
          abandoned++;
        } else {
          pending.addLast(sent);
        }
        while (pending.size() > MOST_PENDING) {
          ended += finish(rig, pending.pollFirst());
        }
      }
      while (!pending.isEmpty()) {
        ended += finish(rig, pending.pollFirst());
      }
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                letTimePass(rig);
                return rig.pipeline.stats().inFlight() == 0;
              });
      rig.assertNothingHeld();

      assertThat(ended + abandoned).isEqualTo(JOBS);
      assertThat(rig.pipeline.stats().faults().hangs()).isPositive();
      assertThat(rig.pipeline.stats().backfill().peakCount()).isPositive();
      rig.pipeline.checkHealthy();
    }
  }

  private static Kind kind(SplittableRandom random) {
    int roll = random.nextInt(1_000);
    if (roll < 5) {
      return Kind.HANG;
    }
    return roll < 700
        ? Kind.PLAIN
        : List.of(Kind.SETTLED, Kind.BUG, Kind.POISON, Kind.EXPIRED, Kind.ENDLESS_DOWNLOAD)
            .get(random.nextInt(5));
  }

  private Job<Integer> job(Sent sent, SplittableRandom random) {
    long expiresAt = sent.kind == Kind.EXPIRED ? 1_000 : Job.NEVER;
    Lane lane = random.nextBoolean() ? Lane.LIVE : Lane.BACKFILL;
    return new Job<>(random.nextInt(100), lane, expiresAt, way(sent, random));
  }

  /** The steps before decoding, at random. */
  private static Step<Integer> way(Sent sent, SplittableRandom random) {
    Step<Integer> next = decode(sent, random.nextInt(1_500));
    String host = "host" + random.nextInt(3);
    if (sent.kind == Kind.ENDLESS_DOWNLOAD) {
      CountDownLatch aborted = new CountDownLatch(1);
      return new Step.Fetch<>(
          host, Duration.ofMillis(50), () -> endless(aborted), aborted::countDown);
    }
    for (int hops = random.nextInt(4); hops > 0; hops--) {
      Step<Integer> then = next;
      next =
          random.nextInt(3) == 0
              ? new Step.Later<>(Duration.ofMillis(random.nextInt(1, 100)), then)
              : new Step.Fetch<>(host, Duration.ofSeconds(60), () -> then, () -> {});
    }
    return next;
  }

  private static Step<Integer> endless(CountDownLatch aborted) {
    try {
      aborted.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Step.Done<>(new Loaded.Settled<>(-1));
  }

  private static Step<Integer> decode(Sent sent, int peakBytes) {
    return new Step.Decode<>(
        peakBytes,
        () -> {
          sent.decoded.incrementAndGet();
          return switch (sent.kind) {
            case BUG -> throw new IllegalStateException("a bug");
            case SETTLED -> new Step.Done<>(new Loaded.Settled<>(sent.number));
            case POISON -> pixels(sent, GatedEncoder.POISON);
            case HANG -> pixels(sent, GatedEncoder.HANG);
            case PLAIN, EXPIRED, ENDLESS_DOWNLOAD -> pixels(sent, sent.number % 100);
          };
        });
  }

  private static Step<Integer> pixels(Sent sent, int first) {
    byte[] pixels = {(byte) first, (byte) sent.number, (byte) (sent.number >> 8)};
    return new Step.Done<>(new Loaded.Pixels<>(sent.number, Jobs.image(pixels)));
  }

  /** Pauses end, endless downloads are aborted; a call that hangs now has its deadline. */
  private static void letTimePass(Rig rig) {
    rig.timer.advance(Duration.ofMillis(10)); // a thousandth of what a sound call may take
    for (GatedEncoder encoder : rig.opened) {
      if (encoder.hanging.tryAcquire()) {
        // On this one device nothing else runs; fetches end only by abort, so this harms none.
        rig.timer.advance(Rig.DEADLINE);
        encoder.stuck.release();
      }
    }
  }

  private static int finish(Rig rig, Sent sent) {
    await()
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              letTimePass(rig);
              return sent.ticket.outcome() != null;
            });
    Outcome<Integer> outcome = sent.ticket.outcome();
    assertThat(outcome)
        .as("job %d, %s", sent.number, sent.kind)
        .isInstanceOf(
            switch (sent.kind) {
              case PLAIN -> Outcome.Encoded.class;
              case SETTLED, ENDLESS_DOWNLOAD -> Outcome.Settled.class;
              case BUG, POISON, HANG -> Outcome.Failed.class;
              case EXPIRED -> Outcome.Expired.class;
            });
    if (outcome instanceof Outcome.Encoded<Integer> encoded) {
      assertThat(encoded.detail()).isEqualTo(sent.number);
      assertThat(encoded.embeddings().image()).containsExactly(1f, sent.number % 100);
    }
    assertThat(sent.decoded.get()).isLessThanOrEqualTo(1);
    sent.ticket.release();
    return 1;
  }
}
