package io.clipure.stream.app;

import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/**
 * A status line that is rewritten in place on a terminal and stays silent elsewhere; lines of
 * output pass above it.
 */
final class LiveLine implements AutoCloseable {
  private static final int BAR = 24;

  private final PrintWriter out;
  private final boolean terminal;
  private boolean shown;

  LiveLine(PrintWriter out, Ansi ansi) {
    this.out = out;
    this.terminal = ansi.enabled();
  }

  /** Shows progress as a bar, a count and a note. */
  void show(long done, long total, String note) {
    if (!terminal) {
      return;
    }
    int filled = total == 0 ? 0 : (int) (BAR * Math.min(done, total) / total);
    out.print(
        "\r\u001b[K["
            + "#".repeat(filled)
            + " ".repeat(BAR - filled)
            + "] "
            + done
            + "/"
            + total
            + "  "
            + note);
    out.flush();
    shown = true;
  }

  /** Takes the line away, so that something else can be printed. */
  void clear() {
    if (shown) {
      out.print("\r\u001b[K");
      out.flush();
      shown = false;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
