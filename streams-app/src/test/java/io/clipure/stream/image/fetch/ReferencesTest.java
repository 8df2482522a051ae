package io.clipure.stream.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencesTest {
  private static final RetrySettings RETRY =
      new RetrySettings(4, Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(20));

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger begun = new AtomicInteger();
  private int failures;
  private FetchException fault =
      FetchException.passing(RejectionReason.FETCH_FAILED, "x: the connection fails");

  private final References references = new References(Map.of("x", source()), RETRY, now::get);

  private Source source() {
    return new Source() {
      @Override
      public Leg begin(String reference) {
        begun.incrementAndGet();
        return new Leg() {
          @Override
          public String host() {
            return "x://host";
          }

          @Override
          public Duration limit() {
            return Duration.ofSeconds(5);
          }

          @Override
          public Reached run() throws FetchException {
            if (failures-- > 0) {
              throw fault;
            }
            return new Reached.Bytes(ByteBuffer.allocate(3));
          }

          @Override
          public void abort() {
            failures = 0;
          }
        };
      }

      @Override
      public void close() {
        begun.set(-1);
      }
    };
  }

  @Test
  void a_transient_fault_is_waited_out_without_a_thread() {
    failures = 2;
    Fetched first = run(references.start("x:1", 5));
    assertThat(first).isInstanceOf(Fetched.Later.class);
    Fetched second = run(((Fetched.Later) first).next().get());
    assertThat(second).isInstanceOf(Fetched.Later.class);
    assertThat(run(((Fetched.Later) second).next().get())).isInstanceOf(Fetched.Content.class);
    assertThat(begun).hasValue(3);
  }

  @Test
  void the_last_attempts_reason_is_the_images() {
    failures = 99;
    Fetched now = run(references.start("x:1", 5));
    int attempts = 1;
    while (now instanceof Fetched.Later later) {
      now = run(later.next().get());
      attempts++;
    }
    assertThat(attempts).isEqualTo(RETRY.attempts());
    assertThat(now)
        .isEqualTo(
            new Fetched.Refused(
                RejectionReason.FETCH_FAILED, "x: the connection fails (attempt 4, the last)"));
  }

  @Test
  void a_final_refusal_is_not_tried_again() {
    failures = 1;
    fault = FetchException.refused(RejectionReason.FETCH_NOT_FOUND, "x answers 404");
    assertThat(run(references.start("x:1", 5)))
        .isEqualTo(new Fetched.Refused(RejectionReason.FETCH_NOT_FOUND, "x answers 404"));
  }

  @Test
  void an_image_that_waited_too_long_for_its_host_is_refused_without_asking() {
    Fetched.Hop hop = (Fetched.Hop) references.start("x:1", 5);
    now.addAndGet(RETRY.patience().toNanos() + 1);
    failures = 99;
    assertThat(hop.run().get())
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RejectionReason.FETCH_TIMEOUT);
              assertThat(refused.message()).contains("20000 ms", "x://host", "fetch.patience");
            });
    assertThat(failures).as("nobody was asked").isEqualTo(99);
  }

  @Test
  void no_wait_is_begun_that_would_outlast_patience() {
    failures = 99;
    Fetched.Hop hop = (Fetched.Hop) references.start("x:1", 5);
    fault =
        FetchException.passing(
            RejectionReason.FETCH_HTTP_STATUS, "x answers 503", Optional.of(Duration.ofDays(1)));
    now.addAndGet(RETRY.patience().minus(RETRY.maxBackoff()).toNanos() + 1);
    assertThat(hop.run().get()).isInstanceOf(Fetched.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///a,         FORBIDDEN_REFERENCE, image.file-roots",
    "http://a/,         UNSUPPORTED_SCHEME,  fetch.schemes",
    "HTTPS://a/,        UNSUPPORTED_SCHEME,  fetch.allowed-hosts",
    "s3://a/b,          UNSUPPORTED_SCHEME,  s3.buckets",
    "gopher://a/?hush,  UNSUPPORTED_SCHEME,  'gopher, supported: file, http, https, s3'",
    "no-scheme.jpg,     UNSUPPORTED_SCHEME,  no scheme",
    "'',                UNSUPPORTED_SCHEME,  no scheme"
  })
  void what_is_off_says_which_key_turns_it_on(
      String reference, RejectionReason reason, String told) {
    assertThat(references.start(reference, 1))
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.message()).contains(told).doesNotContain("hush", "\n");
            });
  }

  @Test
  void a_reference_longer_than_any_presigned_URL_is_refused() {
    assertThat(references.start("x:" + "a".repeat(9000), 1))
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.INVALID_REFERENCE));
  }

  @Test
  void closing_closes_the_sources() {
    references.close();
    assertThat(begun).hasValue(-1);
  }

  @Test
  void waits_are_random_by_seed_and_doubled_up_to_the_longest() {
    RetryPolicy policy = new RetryPolicy(RETRY);
    for (int attempt = 1; attempt < RETRY.attempts(); attempt++) {
      int failed = attempt;
      long ceiling = Math.min(200L << (attempt - 1), 500);
      long[] waits =
          LongStream.range(0, 1000)
              .map(seed -> policy.after(failed, Optional.empty(), seed).orElseThrow().toMillis())
              .toArray();
      assertThat(LongStream.of(waits)).allMatch(wait -> wait >= 0 && wait <= ceiling);
      assertThat(LongStream.of(waits).max().orElseThrow()).isGreaterThan(ceiling * 9 / 10);
      assertThat(LongStream.of(waits).average().orElseThrow())
          .isBetween(ceiling * 0.45, ceiling * 0.55);
      assertThat(policy.after(failed, Optional.empty(), 7))
          .isEqualTo(policy.after(failed, Optional.empty(), 7));
    }
    assertThat(policy.after(RETRY.attempts(), Optional.empty(), 7)).isEmpty();
  }

  @Test
  void a_server_may_ask_for_longer_up_to_the_longest_wait() {
    RetryPolicy policy = new RetryPolicy(RETRY);
    assertThat(policy.after(1, Optional.of(Duration.ofMillis(400)), 7))
        .hasValue(Duration.ofMillis(400));
    assertThat(policy.after(1, Optional.of(Duration.ofHours(1)), 7))
        .hasValue(Duration.ofMillis(500));
  }

  private static Fetched run(Fetched hop) {
    return ((Fetched.Hop) hop).run().get();
  }
}
