package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.html.Html;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The tables of a scorecard. */
final class TablesHtml {
  private TablesHtml() {}

  /** Columns side by side: the strongest attack of every mode and epsilon. */
  static String sideBySide(Scorecard card) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
    html.append("<th>The attacker</th><th>may change</th>");
    for (Column column : card.plan().columns()) {
      html.append("<th>").append(Html.escape(column.title())).append("</th>");
    }
    html.append("</tr></thead><tbody>");
    record Row(Mode mode, io.clipure.stream.redteam.attack.Norm norm, double epsilon) {}
    Set<Row> rows = new LinkedHashSet<>();
    for (Mode mode : Mode.values()) {
      card.cells().stream()
          .filter(cell -> cell.mode() == mode)
          .map(cell -> new Row(mode, cell.norm(), cell.epsilon()))
          .sorted(java.util.Comparator.comparing(Row::norm).thenComparing(Row::epsilon))
          .forEach(rows::add);
    }
    for (Row row : rows) {
      html.append("<tr><td>")
          .append(Html.escape(row.mode().meaning()))
          .append("</td><td>")
          .append(row.epsilon() == 0 ? "nothing" : "±" + Figures.epsilon(row.norm(), row.epsilon()))
          .append("</td>");
      for (Column column : card.plan().columns()) {
        html.append(evasion(strongest(card, column, row.mode(), row.norm(), row.epsilon())));
      }
      html.append("</tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static Optional<Cell> strongest(
      Scorecard card,
      Column column,
      Mode mode,
      io.clipure.stream.redteam.attack.Norm norm,
      double epsilon) {
    return card.strongest(column.id(), mode, epsilon).filter(cell -> cell.norm() == norm);
  }

  private static String evasion(Optional<Cell> cell) {
    return cell.map(
            one ->
                "<td class=\"share "
                    + Grade.evasion(one.evaded()).key()
                    + "\">"
                    + Figures.percent(one.evaded())
                    + bar(one.evaded().rate())
                    + "</td>")
        .orElse("<td class=\"none\">–</td>");
  }

  private static String bar(double share) {
    return String.format(
        Locale.ROOT,
        "<svg class=\"meter\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\""
            + " aria-hidden=\"true\"><rect width=\"100\" height=\"4\"/><rect class=\"full\""
            + " width=\"%.1f\" height=\"4\"/></svg>",
        100 * share);
  }

  /** What columns do to images nobody attacked. */
  static String clean(Scorecard card) {
    StringBuilder html =
        new StringBuilder(
            "<div class=\"scroll\"><table><thead><tr><th></th><th>n</th><th>named"
                + " rightly</th><th>suspected</th><th>low-confidence</th><th>safe ones"
                + " stopped</th><th>more than plain, points</th><th>harmful ones"
                + " missed</th></tr></thead><tbody>");
    for (CleanRow row : card.clean()) {
      Difference more = row.safeStoppedBeyondPlain();
      cells(
          html,
          List.of(
              Html.escape(card.plan().column(row.column()).title()),
              Integer.toString(row.images()),
              Figures.percent(row.accuracy()),
              Figures.percent(row.flagged()),
              Figures.percent(row.lowConfidence()),
              Figures.percent(row.safeStopped()),
              more == null
                  ? "–"
                  : String.format(
                      Locale.ROOT,
                      "%+.1f <span class=\"ci\">%+.1f to %+.1f</span>",
                      100 * more.mean(),
                      100 * more.low(),
                      100 * more.high()),
              Figures.percent(row.harmfulMissed())));
    }
    return html.append("</tbody></table></div>").toString();
  }

  /** Every cell with everything that was measured. */
  static String cells(Scorecard card) {
    StringBuilder html =
        new StringBuilder(
            "<div class=\"scroll\"><table class=\"dense\"><thead><tr><th>Setting</th>"
                + "<th>attacker</th><th>attack</th><th>change</th><th>n</th>"
                + "<th>gets through</th><th>of these allowed</th><th>suspected</th>"
                + "<th>low-confidence</th><th>named rightly</th><th>caught at 1 % false flags</th>"
                + "<th>queries</th><th>gradients</th><th>seconds</th></tr></thead><tbody>");
    for (Cell cell : card.cells()) {
      cells(
          html,
          List.of(
              Html.escape(card.plan().column(cell.column()).title()),
              Html.escape(cell.mode().meaning()),
              attack(card, cell),
              Figures.epsilon(cell.norm(), cell.epsilon()),
              Integer.toString(cell.images()),
              Figures.percent(cell.evaded()),
              Figures.percent(cell.passed()),
              Figures.percent(cell.flagged()),
              Figures.percent(cell.lowConfidence()),
              Figures.percent(cell.robust()),
              cell.caught() == null ? "–" : Figures.percent(cell.caught()),
              Html.count(cell.queries()),
              Html.count(cell.gradients()),
              Html.count(cell.seconds())));
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static String attack(Scorecard card, Cell cell) {
    String effort =
        cell.effort() == null || cell.mode() == Mode.NONE
            ? ""
            : " <span class=\"ci\">"
                + cell.effort().steps()
                + " × "
                + cell.effort().restarts()
                + (cell.mode() == Mode.ADAPTIVE ? ", EOT " + cell.effort().eot() : "")
                + "</span>";
    String victim =
        cell.victim().equals(cell.column())
            ? ""
            : " <span class=\"ci\">on "
                + Html.escape(card.plan().column(cell.victim()).title())
                + "</span>";
    return Html.escape(cell.attack()) + effort + (cell.mode() == Mode.NONE ? "" : victim);
  }

  /** The checklist. */
  static String checks(Scorecard card) {
    StringBuilder html = new StringBuilder("<ul class=\"checks\">");
    for (Check check : card.checks()) {
      String word =
          switch (check.answer()) {
            case PASS -> "✓ as it should be";
            case WARN -> "! warning";
            case NOT_RUN -> "– not run";
            case NOTE -> "· for the record";
          };
      html.append("<li class=\"")
          .append(check.answer().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .append("\"><b>")
          .append(Html.escape(check.question()))
          .append("</b> <span class=\"tag\">")
          .append(word)
          .append("</span><br>")
          .append(Html.escape(check.seen()))
          .append("<br><span class=\"ci\">")
          .append(Html.escape(check.meaning()))
          .append("</span></li>");
    }
    return html.append("</ul>").toString();
  }

  private static void cells(StringBuilder html, List<String> cells) {
    html.append("<tr>");
    cells.forEach(cell -> html.append("<td>").append(cell).append("</td>"));
    html.append("</tr>");
  }
}
