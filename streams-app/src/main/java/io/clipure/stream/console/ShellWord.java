package io.clipure.stream.console;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One word of a command line that somebody will copy into a terminal. Only plain ASCII comes out: a
 * stranger's escape sequence or line break in the clipboard would run something.
 */
final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./][\\w@%+=:,./-]*");

  private ShellWord() {}

  /** The word as it is, or in {@code $'…'}, which bash, zsh and ksh read. */
  static String of(String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    StringBuilder word = new StringBuilder("$'");
    text.codePoints()
        .forEach(
            point -> {
              if (point == '\'' || point == '\\') {
                word.append('\\').append((char) point);
              } else if (point >= ' ' && point < 0x7f) {
                word.append((char) point);
              } else {
                word.append(String.format(Locale.ROOT, "\\U%08x", point));
              }
            });
    return word.append('\'').toString();
  }
}
