package io.clipure.stream.audit.diff;

import io.clipure.stream.html.Html;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One row for each event that changed, as RFC 4180. Ids and labels come from strangers: a cell that
 * a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection), and what
 * cannot be seen is written as {@code \}{@code u{hex}}; the exact text is in the topics.
 *
 * <p>Not thread-safe; does not close the writer.
 */
public final class ChangesCsv {
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "what",
          "before",
          "after",
          "decided_by_before",
          "decided_by_after",
          "top_label_before",
          "top_label_after",
          "top_score_before",
          "top_score_after",
          "margin_before",
          "margin_after",
          "flags_before",
          "flags_after",
          "suspicion_before",
          "suspicion_after",
          "total_variation",
          "dead_letter_reason_before",
          "dead_letter_reason_after",
          "origin_before",
          "origin_after",
          "sha256_before",
          "sha256_after");

  private final Writer out;

  /** Writes the first line. */
  public ChangesCsv(Writer out) throws IOException {
    this.out = out;
    out.write(String.join(",", COLUMNS) + "\r\n");
  }

  /** Writes a row. */
  public void write(ImageChange change) throws IOException {
    Optional<Result.Labelled> before = labelled(change.before());
    Optional<Result.Labelled> after = labelled(change.after());
    out.write(
        String.join(
                ",",
                text(change.id()),
                change.what().stream().map(ImageChange.What::key).collect(Collectors.joining(" ")),
                change.outcomeBefore().name(),
                change.outcomeAfter().name(),
                text(before.map(Result.Labelled::decidedBy).orElse("")),
                text(after.map(Result.Labelled::decidedBy).orElse("")),
                text(before.map(Result.Labelled::topLabel).orElse("")),
                text(after.map(Result.Labelled::topLabel).orElse("")),
                before.map(one -> number(one.topScore())).orElse(""),
                after.map(one -> number(one.topScore())).orElse(""),
                before.map(one -> number(one.margin())).orElse(""),
                after.map(one -> number(one.margin())).orElse(""),
                before.map(ChangesCsv::flags).orElse(""),
                after.map(ChangesCsv::flags).orElse(""),
                before.map(one -> number(one.suspicion())).orElse(""),
                after.map(one -> number(one.suspicion())).orElse(""),
                Double.isNaN(change.totalVariation()) ? "" : number(change.totalVariation()),
                text(reason(change.before())),
                text(reason(change.after())),
                text(change.before().map(one -> one.origin().toString()).orElse("")),
                text(change.after().map(one -> one.origin().toString()).orElse("")),
                text(before.map(Result.Labelled::sha256).orElse("")),
                text(after.map(Result.Labelled::sha256).orElse("")))
            + "\r\n");
  }

  private static Optional<Result.Labelled> labelled(Optional<Result> result) {
    return result.filter(Result.Labelled.class::isInstance).map(Result.Labelled.class::cast);
  }

  private static String reason(Optional<Result> result) {
    return result.orElse(null) instanceof Result.DeadLettered letter ? letter.reason() : "";
  }

  private static String flags(Result.Labelled one) {
    return one.flags().stream().map(Enum::name).collect(Collectors.joining(" "));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /** Text of strangers as a cell. */
  static String text(String text) {
    StringBuilder cell = new StringBuilder(text.length() + 8);
    if (!text.isEmpty() && startsFormula(text.codePointAt(0))) {
      cell.append('\'');
    }
    boolean quoted = !cell.isEmpty();
    for (int point : text.codePoints().toArray()) {
      if (point != '\n' && Html.isVisible(point)) {
        cell.appendCodePoint(point);
      } else {
        cell.append(String.format(Locale.ROOT, "\\u{%x}", point));
      }
      quoted |= point == '"' || point == ',' || point == ';' || point == '\'';
      if (point == '"') {
        cell.append('"');
      }
    }
    return quoted ? "\"" + cell + "\"" : cell.toString();
  }

  /** Also the full-width forms, which some programs read as the plain ones. */
  private static boolean startsFormula(int point) {
    return "=+-@|%\t\r\n".indexOf(point) >= 0
        || point == 0xff1d
        || point == 0xff0b
        || point == 0xff0d
        || point == 0xff20;
  }
}
