package io.clipure.stream.audit.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clipure.stream.audit.AuditException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-26T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void everyKindOfPointIsRead() {
    assertThat(Point.parse("earliest", NOON)).isEqualTo(new Point.Earliest());
    assertThat(Point.parse(" latest ", NOON)).isEqualTo(new Point.Latest());
    assertThat(Point.parse("2026-11-01T00:00:00Z", NOON))
        .isEqualTo(new Point.Timestamp(Instant.parse("2026-11-01T00:00:00Z")));
    assertThat(Point.parse("0:120,1:99", NOON))
        .isEqualTo(new Point.Offsets(Map.of(0, 120L, 1, 99L)));
  }

  @Test
  void agesAreCountedBackFromNow() {
    assertThat(Point.parse("90m", NOON))
        .isEqualTo(new Point.Timestamp(Instant.parse("2026-11-26T10:30:00Z")));
    assertThat(Point.parse("30d", NOON))
        .isEqualTo(new Point.Timestamp(Instant.parse("2026-10-27T12:00:00Z")));
    assertThat(Point.parse("999999999d", NOON)).isEqualTo(new Point.Timestamp(Instant.EPOCH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "-5m",
        "0:",
        "0:1,",
        "99999999999:1",
        "1:99999999999999999999",
        "0:1,0:2"
      })
  void whatIsNoPointIsRefusedInOneLine(String text) {
    assertThatThrownBy(() -> Point.parse(text, NOON))
        .isInstanceOf(AuditException.class)
        .hasMessageStartingWith("point '" + text + "'")
        .hasMessageNotContaining("\n");
  }
}
