package io.clipure.stream.app;

import io.clipure.stream.redteam.scorecard.Cell;
import io.clipure.stream.redteam.scorecard.Check;
import io.clipure.stream.redteam.scorecard.CleanRow;
import io.clipure.stream.redteam.scorecard.Column;
import io.clipure.stream.redteam.scorecard.Mode;
import io.clipure.stream.redteam.scorecard.Scorecard;
import io.clipure.stream.redteam.scorecard.Share;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The scorecard in a few lines for a terminal. */
final class RedteamSummary {
  private final PrintWriter out;

  RedteamSummary(PrintWriter out) {
    this.out = out;
  }

  void print(Scorecard card, Path folder) {
    out.println();
    for (CleanRow row : card.clean()) {
      out.printf(
          "%-16s %4d images as they are: %s named rightly, %s suspected, %s of safe ones stopped%n",
          card.plan().column(row.column()).title(),
          row.images(),
          percent(row.accuracy()),
          percent(row.flagged()),
          percent(row.safeStopped()));
    }
    out.println();
    out.println("Harmful images that get through, the strongest attack of each kind:");
    Map<String, Map<String, Cell>> rows = new LinkedHashMap<>();
    for (Mode mode : Mode.values()) {
      card.cells().stream()
          .filter(cell -> cell.mode() == mode)
          .map(Cell::epsilon)
          .distinct()
          .sorted()
          .forEach(epsilon -> rows.put(name(mode, epsilon), strongest(card, mode, epsilon)));
    }
    out.printf("%-28s", "");
    for (Column column : card.plan().columns()) {
      out.printf("  %-22s", column.title());
    }
    out.println();
    rows.forEach(
        (name, cells) -> {
          out.printf("%-28s", name);
          for (Column column : card.plan().columns()) {
            Cell cell = cells.get(column.id());
            out.printf("  %-22s", cell == null ? "-" : percent(cell.evaded()));
          }
          out.println();
        });
    out.println();
    for (Check check : card.checks()) {
      if (check.answer() == Check.Answer.WARN) {
        out.println("warning: " + check.question() + " " + check.seen());
      }
    }
    out.println("written to " + folder.resolve("scorecard.html") + " and scorecard.json");
    out.flush();
  }

  private static String name(Mode mode, double epsilon) {
    return mode == Mode.NONE
        ? mode.meaning()
        : mode.meaning()
            + ", "
            + (epsilon == Math.rint(epsilon)
                ? String.format(Locale.ROOT, "%.0f", epsilon)
                : Double.toString(epsilon));
  }

  private static Map<String, Cell> strongest(Scorecard card, Mode mode, double epsilon) {
    Map<String, Cell> cells = new LinkedHashMap<>();
    for (Column column : card.plan().columns()) {
      card.strongest(column.id(), mode, epsilon).ifPresent(cell -> cells.put(column.id(), cell));
    }
    return cells;
  }

  private static String percent(Share share) {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f-%.1f)",
        100 * share.rate(),
        100 * share.low(),
        100 * share.high());
  }
}
