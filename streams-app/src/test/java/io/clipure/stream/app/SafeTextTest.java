package io.clipure.stream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafeTextTest {
  @Test
  void whatMovesACursorOrWritesBackwardsIsEscaped() {
    assertThat(SafeText.of("red \u001b[31m, C1 \u009b2J, bell \u0007, line\nbreak"))
        .isEqualTo("red \\u{1b}[31m, C1 \\u{9b}2J, bell \\u{7}, line\\u{a}break");
    assertThat(SafeText.of("gpj\u202e.exe \u2028 \u200b \ue000"))
        .isEqualTo("gpj\\u{202e}.exe \\u{2028} \\u{200b} \\u{e000}");
  }

  @Test
  void textOfAnyLanguageStays() {
    assertThat(SafeText.of("Zoë, 東京, Ω, 🐈".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("Zoë, 東京, Ω, 🐈");
  }

  @Test
  void anEscapeCannotBeForged() {
    assertThat(SafeText.of("\\u{1b}")).isEqualTo("\\\\u{1b}");
  }

  @Test
  void bytesThatAreNoTextAreHex() {
    assertThat(SafeText.of(new byte[] {'a', (byte) 0xff, 0x1b, '\\', 0}))
        .isEqualTo("a\\xff\\x1b\\x5c\\x00");
    assertThat(SafeText.of((byte[]) null)).isEqualTo("(null)");
  }

  @Test
  void cuttingCountsWholeCharacters() {
    assertThat(SafeText.cut("🐈🐈🐈", 3)).isEqualTo("🐈🐈🐈");
    assertThat(SafeText.cut("🐈🐈🐈", 2)).isEqualTo("🐈…");
  }
}
