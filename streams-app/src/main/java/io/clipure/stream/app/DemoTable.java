package io.clipure.stream.app;

import io.clipure.schemas.Flag;
import io.clipure.schemas.LabelledImage;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * The demo's table of verdicts: rows are printed as the events arrive, a few of each outcome, so
 * that every outcome is seen and the table stays readable.
 */
final class DemoTable {
  private static final String ROW = "%-18s %-8s %-20s %5s %6s  %s";

  private final PrintWriter out;
  private final Ansi ansi;
  private final int rowsPerOutcome;
  private final Map<String, Integer> printed = new HashMap<>();
  private final Set<String> shown = new HashSet<>();

  DemoTable(PrintWriter out, Ansi ansi, int rowsPerOutcome) {
    this.out = out;
    this.ansi = ansi;
    this.rowsPerOutcome = rowsPerOutcome;
  }

  void header() {
    if (rowsPerOutcome > 0) {
      print(
          "bold",
          String.format(
              ROW, "IMAGE", "VERDICT", "LABEL", "SCORE", "MARGIN", "WHY A PERSON SHOULD LOOK"));
    }
  }

  /** A labelled event; shown if its outcome has rows left. */
  void labelled(String image, LabelledImage event) {
    String outcome =
        event.getFlags().isEmpty()
            ? event.getDecision().name()
            : event.getFlags().get(0).getKind().name();
    if (!room(outcome, image)) {
      return;
    }
    String reasons =
        event.getFlags().stream()
            .map(Flag::getReason)
            .map(Object::toString)
            .collect(Collectors.joining("; "));
    print(
        switch (event.getDecision()) {
          case BLOCK -> "red";
          case REVIEW -> "yellow";
          case ALLOW -> "green";
        },
        String.format(
            Locale.ROOT,
            ROW,
            image,
            event.getDecision(),
            event.getDecidedBy(),
            String.format(Locale.ROOT, "%.3f", event.getTopScore()),
            String.format(Locale.ROOT, "%.3f", event.getMargin()),
            reasons));
  }

  /** A dead letter; shown if dead letters have rows left. */
  void deadLetter(String image, String reason, String message) {
    if (room("dead letter " + reason, image)) {
      print("magenta", String.format(ROW, image, "-", reason, "", "", message));
    }
  }

  /** An image is shown once, however often it was published. */
  private boolean room(String outcome, String image) {
    return shown.add(image) && printed.merge(outcome, 1, Integer::sum) <= rowsPerOutcome;
  }

  private void print(String style, String row) {
    // File names and messages may hold terminal escapes; none may reach the terminal.
    String visible = row.stripTrailing().replaceAll("\\p{Cntrl}", "?");
    String on = ansi.enabled() ? Ansi.Style.on(Ansi.Style.parse(style)) : "";
    String off = ansi.enabled() ? Ansi.Style.off(Ansi.Style.parse(style)) : "";
    out.println(on + visible + off);
  }
}
