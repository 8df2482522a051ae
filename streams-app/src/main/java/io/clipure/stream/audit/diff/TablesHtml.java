package io.clipure.stream.audit.diff;

import io.clipure.stream.html.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables of the page that compare. */
final class TablesHtml {
  /** Labels shown before the fold. */
  private static final int LABELS = 20;

  private TablesHtml() {}

  static String matrix(DiffFigures figures) {
    List<Outcome> rows = used(figures, true);
    List<Outcome> columns = used(figures, false);
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"matrix\"><thead>");
    html.append("<tr><th>before ↓ after →</th>");
    columns.forEach(
        column -> html.append("<th scope=\"col\">").append(column.text()).append("</th>"));
    html.append("<th scope=\"col\">all</th></tr></thead><tbody>");
    for (Outcome row : rows) {
      html.append("<tr><th scope=\"row\">").append(row.text()).append("</th>");
      long all = 0;
      for (Outcome column : columns) {
        long images = figures.count(row, column);
        all += images;
        html.append("<td class=\"").append(tone(row, column, images)).append("\">");
        boolean linked = row != column && row != Outcome.ABSENT && column != Outcome.ABSENT;
        if (images > 0 && linked) {
          html.append("<a href=\"#")
              .append(CardsHtml.anchor(row, column))
              .append("\">")
              .append(Words.count(images))
              .append("</a>");
        } else {
          html.append(images == 0 ? "·" : Words.count(images));
        }
        html.append("</td>");
      }
      html.append("<td class=\"sum\">").append(Words.count(all)).append("</td></tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static List<Outcome> used(DiffFigures figures, boolean row) {
    List<Outcome> used = new ArrayList<>();
    for (Outcome one : Outcome.values()) {
      boolean any = one.isDecision();
      for (Outcome other : Outcome.values()) {
        any |= row ? figures.count(one, other) > 0 : figures.count(other, one) > 0;
      }
      if (any) {
        used.add(one);
      }
    }
    return used;
  }

  private static String tone(Outcome before, Outcome after, long images) {
    if (images == 0) {
      return "zero";
    }
    if (before == after) {
      return "same";
    }
    if (!before.isDecision() || !after.isDecision()) {
      return "gone";
    }
    return after.compareTo(before) < 0 ? "milder" : "stricter";
  }

  static String labels(DiffFigures figures) {
    List<LabelShift> labels =
        figures.labels().stream()
            .filter(one -> one.compared() > 0 || one.topBefore() + one.topAfter() > 0)
            .toList();
    StringBuilder html = new StringBuilder();
    table(html, labels.stream().limit(LABELS).toList());
    if (labels.size() > LABELS) {
      html.append("<details><summary>")
          .append(Words.of(labels.size() - LABELS, "more label", "more labels"))
          .append("</summary>");
      table(html, labels.stream().skip(LABELS).toList());
      html.append("</details>");
    }
    return html.toString();
  }

  private static void table(StringBuilder html, List<LabelShift> labels) {
    html.append("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">label</th>")
        .append("<th scope=\"col\">on top before → after</th>")
        .append("<th scope=\"col\">score shift</th><th scope=\"col\">mean</th>")
        .append("<th scope=\"col\">range</th><th scope=\"col\">threshold</th>")
        .append("<th scope=\"col\">crossed it</th></tr></thead><tbody>");
    for (LabelShift label : labels) {
      html.append("<tr><th scope=\"row\">")
          .append(Html.escape(CardsHtml.cut(label.label(), 60)))
          .append(" <span class=\"ci\">")
          .append(Html.escape(CardsHtml.cut(String.join(", ", label.groups()), 60)))
          .append("</span></th><td>")
          .append(Words.count(label.topBefore()))
          .append(" → ")
          .append(Words.count(label.topAfter()));
      if (label.topGained() + label.topLost() > 0) {
        html.append(" <span class=\"ci\">+")
            .append(Words.count(label.topGained()))
            .append(" −")
            .append(Words.count(label.topLost()))
            .append("</span>");
      }
      html.append("</td><td>");
      if (label.compared() > 0) {
        html.append(ShiftSvg.draw(label))
            .append("</td><td>")
            .append(signed(label.meanShift()))
            .append("</td><td>")
            .append(signed(label.largestFall()))
            .append(" … ")
            .append(signed(label.largestRise()));
      } else {
        html.append(label.heldBefore() ? "only before" : "only after").append("</td><td></td><td>");
      }
      html.append("</td><td>").append(thresholds(label)).append("</td><td>");
      html.append(
              label.crossedUp() + label.crossedDown() == 0
                  ? ""
                  : "↑ "
                      + Words.count(label.crossedUp())
                      + " ↓ "
                      + Words.count(label.crossedDown()))
          .append("</td></tr>");
    }
    html.append("</tbody></table></div>");
  }

  private static String thresholds(LabelShift label) {
    String before = String.join(", ", Difference.thresholds(label.thresholdsBefore()));
    String after = String.join(", ", Difference.thresholds(label.thresholdsAfter()));
    if (label.thresholdChanged()) {
      return "<b>" + before + " → " + after + "</b>";
    }
    return label.thresholdsBefore().isEmpty() && label.thresholdsAfter().isEmpty()
        ? ""
        : label.heldBefore() ? before : after;
  }

  private static String signed(double shift) {
    double rounded = Math.rint(shift * 1e4) / 1e4;
    return rounded == 0 ? "0" : String.format(Locale.ROOT, "%+.4f", rounded).replace('-', '−');
  }

  static String flips(DiffFigures figures) {
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table><thead><tr>")
            .append("<th scope=\"col\">before</th><th scope=\"col\">after</th>")
            .append("<th scope=\"col\">images</th></tr></thead><tbody>");
    int shown = Math.min(figures.flips().size(), 30);
    for (Flip flip : figures.flips().subList(0, shown)) {
      html.append("<tr><td>")
          .append(Html.escape(CardsHtml.cut(flip.before(), 60)))
          .append("</td><td>")
          .append(Html.escape(CardsHtml.cut(flip.after(), 60)))
          .append("</td><td>")
          .append(Words.count(flip.images()))
          .append("</td></tr>");
    }
    html.append("</tbody></table></div>");
    if (figures.flipPairs() > shown) {
      html.append("<p class=\"ci\">and ")
          .append(Words.count(figures.flipPairs() - shown))
          .append(" rarer pairs</p>");
    }
    return html.toString();
  }

  static String agreement(DiffFigures figures) {
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table><thead><tr><th></th>")
            .append("<th scope=\"col\">images</th><th scope=\"col\">share</th>")
            .append("<th scope=\"col\">95 % interval</th></tr></thead><tbody>");
    rate(html, "same decision", figures.decisionsAgree());
    rate(html, "same top label", figures.topLabelsAgree());
    rate(html, "same flags", figures.flagsAgree());
    for (FlagChange flag : figures.flags()) {
      String name = flag.kind().toLowerCase(Locale.ROOT).replace('_', ' ');
      rate(html, "gained " + name, flag.gained());
      rate(html, "lost " + name, flag.lost());
    }
    if (figures.comparable() > 0) {
      rate(
          html,
          "exactly the same scores",
          Rate.of(figures.identicalScores(), figures.comparable()));
      html.append("<tr><th scope=\"row\">mean total variation of the scores</th><td></td><td>")
          .append(String.format(Locale.ROOT, "%.6f", figures.meanTotalVariation()))
          .append("</td><td></td></tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static void rate(StringBuilder html, String name, Rate rate) {
    html.append("<tr><th scope=\"row\">")
        .append(name)
        .append("</th><td>")
        .append(Words.count(rate.hits()))
        .append(" of ")
        .append(Words.count(rate.of()))
        .append("</td><td>")
        .append(Html.escape(Words.percent(rate.share())))
        .append("</td><td>")
        .append(Html.escape(Words.interval(rate)))
        .append("</td></tr>");
  }

  static String ids(DiffFigures figures) {
    StringBuilder html = new StringBuilder();
    ids(html, "labelled before, absent after", figures.missing());
    ids(html, "absent before, labelled after", figures.extra());
    String reasons =
        figures.deadLetterReasons().entrySet().stream()
            .map(one -> Words.count(one.getValue()) + " " + CardsHtml.cut(one.getKey(), 60))
            .reduce((one, other) -> one + ", " + other)
            .orElse("");
    ids(
        html,
        "labelled before, dead-lettered after" + (reasons.isEmpty() ? "" : " (" + reasons + ")"),
        figures.deadLettered());
    ids(html, "dead-lettered before, labelled after", figures.recovered());
    return html.toString();
  }

  private static void ids(StringBuilder html, String title, DiffFigures.Ids ids) {
    if (ids.count() == 0) {
      return;
    }
    html.append("<details><summary>")
        .append(Words.count(ids.count()))
        .append(' ')
        .append(Html.escape(title))
        .append("</summary><ul class=\"ids\">");
    ids.first()
        .forEach(
            id -> html.append("<li>").append(Html.escape(CardsHtml.cut(id, 120))).append("</li>"));
    html.append("</ul>");
    if (ids.count() > ids.first().size()) {
      html.append("<p class=\"ci\">and ")
          .append(Words.count(ids.count() - ids.first().size()))
          .append(" more: see diff.csv</p>");
    }
    html.append("</details>");
  }
}
