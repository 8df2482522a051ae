package io.clipure.stream.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text of strangers on the page and in a shell. */
class VisibleTest {
  @Test
  void what_turns_a_line_around_or_hides_is_spelled_out() {
    assertThat(Visible.of("a\u202egpj.exe\u0000\n\u200b", 100))
        .isEqualTo("a\\u{202e}gpj.exe\\u{0}\\u{a}\\u{200b}");
  }

  @Test
  void other_scripts_and_emoji_stay() {
    assertThat(Visible.of("שלום 日本 🗡️", 100)).startsWith("שלום 日本 🗡");
  }

  @Test
  void a_long_text_is_cut_between_characters() {
    assertThat(Visible.of("🗡".repeat(1_000), 3)).isEqualTo("🗡🗡🗡…");
    assertThat(Visible.of("abc", 3)).isEqualTo("abc");
  }

  @Test
  void plain_ids_are_shell_words_as_they_are() {
    assertThat(ShellWord.of("uploads/2026-11/a_b.jpg")).isEqualTo("uploads/2026-11/a_b.jpg");
  }

  @Test
  void hostile_ids_are_quoted_in_plain_ascii() {
    assertThat(ShellWord.of("a'; rm -rf / #\u001b[201~\n🗡"))
        .isEqualTo("$'a\\'; rm -rf / #\\U0000001b[201~\\U0000000a\\U0001f5e1'");
    assertThat(ShellWord.of("-x")).isEqualTo("$'-x'");
    assertThat(ShellWord.of("")).isEqualTo("$''");
  }

  @Test
  void pictures_are_made_small_and_veiled() {
    Picture picture = Verdicts.picture(224).within(128);
    assertThat(picture.side()).isEqualTo(112);
    assertThat(Verdicts.picture(64).within(128).side()).isEqualTo(64);
    assertThat(picture.veiled().side()).isEqualTo(5);
    assertThat(picture.veiled().rgb()[0] & 0xff).isEqualTo(0x80);
    assertThat(picture.png()).startsWith(0x89, 'P', 'N', 'G');
  }
}
