package io.clipure.stream.app;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of a terminal's width. */
final class Paragraph {
  /** What an ordinary terminal shows. */
  static final int WIDTH = 80;

  private Paragraph() {}

  /** Lines of at most {@link #WIDTH} code points, all of them indented; breaks at spaces. */
  static List<String> of(int indent, String text) {
    return hanging(" ".repeat(indent), indent, text);
  }

  /**
   * The same with something before the first line.
   *
   * @param first stands before the first line
   * @param indent of the lines that follow
   */
  static List<String> hanging(String first, int indent, String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean fresh = true;
    for (String word : text.split(" ")) {
      String rest = word;
      while (!rest.isEmpty()) {
        int room = WIDTH - length(line) - (fresh ? 0 : 1);
        if (length(rest) <= room) {
          line.append(fresh ? "" : " ").append(rest);
          rest = "";
          fresh = false;
        } else if (fresh) {
          // A word longer than the line, such as a digest in a narrow column: it is cut in two.
          int cut = rest.offsetByCodePoints(0, Math.max(1, room));
          lines.add(line + rest.substring(0, cut));
          line = new StringBuilder(" ".repeat(indent));
          rest = rest.substring(cut);
        } else {
          lines.add(line.toString());
          line = new StringBuilder(" ".repeat(indent));
          fresh = true;
        }
      }
    }
    if (!fresh || lines.isEmpty()) {
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int length(CharSequence text) {
    return Character.codePointCount(text, 0, text.length());
  }
}
