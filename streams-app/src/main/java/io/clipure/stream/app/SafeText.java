package io.clipure.stream.app;

import io.clipure.stream.html.Html;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Text of strangers for a terminal: nothing in it can move the cursor, change colours, write
 * backwards or start a new line.
 */
final class SafeText {
  private SafeText() {}

  /** Bytes as text where they are UTF-8, else ASCII with every other byte as {@code \xNN}. */
  static String of(byte[] bytes) {
    if (bytes == null) {
      return "(null)";
    }
    try {
      return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      StringBuilder text = new StringBuilder(bytes.length);
      for (byte one : bytes) {
        if (one >= ' ' && one < 0x7f && one != '\\') {
          text.append((char) one);
        } else {
          text.append(String.format(Locale.ROOT, "\\x%02x", one & 0xff));
        }
      }
      return text.toString();
    }
  }

  /** Every code point that is not plainly visible as {@code \}{@code u{hex}}. */
  static String of(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point == '\\') {
                safe.append("\\\\");
              } else if (visible(point)) {
                safe.appendCodePoint(point);
              } else {
                safe.append(String.format(Locale.ROOT, "\\u{%x}", point));
              }
            });
    return safe.toString();
  }

  /** Cut to a width, with an ellipsis where something is missing. */
  static String cut(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
  }

  /** A line break would start a line of somebody else's. */
  private static boolean visible(int point) {
    return point != '\n' && Html.isVisible(point);
  }
}
