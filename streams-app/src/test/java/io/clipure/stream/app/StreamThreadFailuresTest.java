package io.clipure.stream.app;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.batching.EncoderFactory;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.clip.ImageEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamThreadFailuresTest {
  private final InferencePipeline pipeline =
      new InferencePipeline(
          BatchingSettings.defaults(1), List.of(new EncoderFactory("idle", IdleEncoder::new)));
  private final AtomicLong now = new AtomicLong();
  private final List<Long> pauses = new ArrayList<>();
  private final StreamThreadFailures failures =
      new StreamThreadFailures(
          pipeline,
          Duration.ofNanos(10),
          Duration.ofNanos(35),
          Duration.ofNanos(100),
          now::get,
          pauses::add);

  @AfterEach
  void stop() {
    pipeline.close();
  }

  @Test
  void failures_in_a_row_are_retried_ever_more_slowly() {
    for (int i = 0; i < 4; i++) {
      assertThat(failures.handle(new StreamsException("registry is down")))
          .isEqualTo(REPLACE_THREAD);
    }
    now.set(1_000);
    failures.handle(new StreamsException("much later"));

    assertThat(pauses).containsExactly(10L, 20L, 35L, 35L, 10L);
  }

  @Test
  void failures_that_do_not_end_stop_the_client() {
    for (long time = 0; time <= 100; time += 50) {
      now.set(time);
      assertThat(failures.handle(new StreamsException("registry is down")))
          .isEqualTo(REPLACE_THREAD);
    }
    now.set(101);

    assertThat(failures.handle(new StreamsException("registry is still down")))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void a_failed_pipeline_stops_the_client() {
    pipeline.close();

    assertThat(failures.handle(new StreamsException("any"))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(pauses).isEmpty();
  }

  @Test
  void an_error_of_the_jvm_stops_the_client() {
    assertThat(failures.handle(new OutOfMemoryError())).isEqualTo(SHUTDOWN_CLIENT);
  }

  /** A device that is never asked. */
  private static final class IdleEncoder implements ImageEncoder {
    @Override
    public String device() {
      return "idle";
    }

    @Override
    public int imageSize() {
      return 1;
    }

    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public float[][] encode(List<byte[]> pixels) {
      throw new AssertionError("nothing is encoded here");
    }

    @Override
    public void close() {}
  }
}
