package io.clipure.stream.console;

import io.clipure.stream.html.Html;
import java.util.Locale;

/** Text of strangers, made plain and short before it leaves for a page. */
final class Visible {
  private Visible() {}

  /**
   * The text on one line; characters that show nothing but turn the line around or hide text as
   * {@code \}{@code u{hex}}.
   *
   * @param most code points of the text that are kept; an ellipsis stands for the rest
   */
  static String of(String text, int most) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), most) + 16);
    int kept = 0;
    for (int i = 0; i < text.length(); ) {
      if (kept++ == most) {
        return plain.append('…').toString();
      }
      int point = text.codePointAt(i);
      if (point != '\n' && Html.isVisible(point)) {
        plain.appendCodePoint(point);
      } else {
        plain.append(String.format(Locale.ROOT, "\\u{%x}", point));
      }
      i += Character.charCount(point);
    }
    return plain.toString();
  }
}
