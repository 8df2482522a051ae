package io.clipure.stream.html;

import java.util.Base64;
import java.util.Locale;

/** Text of strangers in HTML, and figures for people. */
public final class Html {
  private Html() {}

  /**
   * Escapes for element content and quoted attributes. Characters that show nothing but turn the
   * line around or hide text are written as {@code \}{@code u{hex}}.
   */
  public static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '`' -> safe.append("&#96;");
                default -> {
                  if (isVisible(point)) {
                    safe.appendCodePoint(point);
                  } else {
                    safe.append(String.format(Locale.ROOT, "\\u{%x}", point));
                  }
                }
              }
            });
    return safe.toString();
  }

  /** Whether a character shows itself, or is a line break. */
  public static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          point == '\n';
      default -> true;
    };
  }

  /** A PNG file as an image's address. */
  public static String png(byte[] file) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
  }

  /** A share in per cent; what is not nought is not shown as nought. */
  public static String percent(double share) {
    double percent = 100 * share;
    if (percent == 0 || percent == 100) {
      return String.format(Locale.ROOT, "%.0f %%", percent);
    }
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /** A count for people. */
  public static String count(double value) {
    return String.format(
        Locale.ROOT, value < 10 && value != Math.rint(value) ? "%.1f" : "%,.0f", value);
  }
}
