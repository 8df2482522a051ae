package io.clipure.stream.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clipure.stream.image.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
  private static final int MOST = 1 << 20;

  private static ByteBuffer read(byte[] bytes, long declared) throws IOException, FetchException {
    return Body.read(
        new ByteArrayInputStream(bytes), declared, MOST, "here", Deadline.in(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 500_001, MOST - 1, MOST})
  void content_is_read_whole_whatever_length_is_announced(int length)
      throws IOException, FetchException {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    for (long declared : new long[] {-1, 0, 1, length / 2, length, Math.min(MOST, length * 3L)}) {
      ByteBuffer read = read(bytes, declared);
      assertThat(read).isEqualTo(ByteBuffer.wrap(bytes));
      assertThat(read.array().length).isLessThanOrEqualTo(MOST);
    }
  }

  @Test
  void memory_is_what_was_announced_once_it_really_comes_and_little_until_then()
      throws IOException, FetchException {
    assertThat(read(new byte[900_001], 900_001).array()).hasSize(900_001);
    assertThat(read(new byte[10], MOST).array()).hasSize(65_536);
  }

  @Test
  void one_byte_more_than_allowed_is_too_many_whatever_is_announced() {
    for (long declared : new long[] {-1, 5, MOST, MOST + 1L, Long.MAX_VALUE}) {
      assertThatExceptionOfType(FetchException.class)
          .isThrownBy(() -> read(new byte[MOST + 1], declared))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES))
          .satisfies(e -> assertThat(e.isPassing()).isFalse());
    }
  }

  @Test
  void a_deadline_that_has_passed_ends_the_read() {
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(
            () ->
                Body.read(
                    new ByteArrayInputStream(new byte[10]),
                    10,
                    MOST,
                    "here",
                    Deadline.in(Duration.ZERO)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.FETCH_TIMEOUT));
  }
}
