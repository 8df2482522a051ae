package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterSelectionTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-11-22T11:58:30Z",
    "30m, 2026-11-22T11:30:00Z",
    "2h, 2026-11-22T10:00:00Z",
    "7d, 2026-11-15T12:00:00Z",
    "2026-11-20, 2026-11-20T00:00:00Z",
    "2026-11-20T08:30:00Z, 2026-11-20T08:30:00Z"
  })
  void timesAreReadAsPeopleWriteThem(String text, Instant time) {
    assertThat(DeadLetterSelection.time("--since", text, NOON)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2", "h", "-2h", "2026-13-01", "2026-11-20T08:30"})
  void anythingElseIsRefusedByName(String text) {
    assertThatThrownBy(() -> DeadLetterSelection.time("--since", text, NOON))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("--since=" + text)
        .hasMessageContaining("expected e.g. 2h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", "0:", ":1", "0:-1", "a:b", "0:1:2", "0:99999999999999999999", ""})
  void aMalformedPositionIsRefused(String text) {
    assertThatThrownBy(() -> Position.parse(text))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("PARTITION:OFFSET");
  }

  @Test
  void aPositionIsWrittenAsItIsRead() {
    assertThat(Position.parse("3:1234567890123")).hasToString("3:1234567890123");
  }
}
