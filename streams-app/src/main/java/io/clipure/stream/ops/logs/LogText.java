package io.clipure.stream.ops.logs;

import java.util.Locale;

/** Text in log lines. */
final class LogText {
  private static final int TEMPLATE = 200;

  private LogText() {}

  /**
   * On one line and plainly visible: what may be a stranger's can neither start a line of its own
   * nor move a terminal's cursor. Control and format characters become {@code \}{@code u{hex}}.
   */
  static String oneLine(String text) {
    int at = 0;
    while (at < text.length() && plain(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, at);
    text.substring(at)
        .codePoints()
        .forEach(
            point -> {
              if (visible(point)) {
                safe.appendCodePoint(point);
              } else {
                safe.append(String.format(Locale.ROOT, "\\u{%x}", point));
              }
            });
    return safe.toString();
  }

  private static boolean plain(char c) {
    return c >= ' ' && c < 0x7f;
  }

  private static boolean visible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** A message with its figures taken out: what like lines have in common. */
  static String template(String message) {
    StringBuilder template = new StringBuilder(Math.min(message.length(), TEMPLATE));
    boolean inNumber = false;
    for (int i = 0; i < message.length() && template.length() < TEMPLATE; i++) {
      char c = message.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit) {
        template.append(c);
      } else if (!inNumber) {
        template.append('#');
      }
      inNumber = digit;
    }
    return template.toString();
  }

  /** Cut to a length. */
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
