package io.clipure.stream.audit.diff;

import io.clipure.stream.html.Html;
import java.util.List;
import java.util.stream.Collectors;

/** The top of the page: the answer, what to mind, what was set otherwise, the budgets. */
final class HeadHtml {
  private HeadHtml() {}

  static void write(StringBuilder html, DiffReport report, List<Budget.Answer> answers) {
    DiffFigures figures = report.figures();
    html.append("<header><p class=\"sub\">What changed from <b>")
        .append(Html.escape(DiffHtml.topic(report.before())))
        .append("</b> (")
        .append(Words.of(report.before().labelled(), "verdict", "verdicts"))
        .append(") to <b>")
        .append(Html.escape(DiffHtml.topic(report.after())))
        .append("</b> (")
        .append(Words.of(report.after().labelled(), "verdict", "verdicts"))
        .append(")</p><h1 class=\"")
        .append(tone(figures))
        .append("\">")
        .append(Html.escape(Words.headline(figures)))
        .append(".</h1>");
    List<Difference> differences = Difference.of(report);
    if (figures.joined() > 0) {
      html.append("<p class=\"ci\">Shares are of the ")
          .append(Words.of(figures.joined(), "image", "images"))
          .append(" that both runs labelled; ranges are exact 95 % intervals.</p>");
      tiles(html, figures);
    }
    budgets(html, answers);
    List<String> warnings = Warnings.of(report);
    if (!warnings.isEmpty()) {
      html.append("<ul class=\"warnings\">");
      warnings.forEach(line -> html.append("<li>").append(Html.escape(line)).append("</li>"));
      html.append("</ul>");
    }
    html.append("<h2>What was set otherwise</h2>");
    if (differences.isEmpty()) {
      html.append("<p class=\"lead\">Nothing that the records tell: ")
          .append("same model, label set, calibration, purifier and views.</p>");
    } else {
      html.append("<div class=\"scroll\"><table class=\"facts\"><thead><tr><th></th>")
          .append("<th scope=\"col\">before</th><th scope=\"col\">after</th></tr></thead><tbody>");
      for (Difference one : differences) {
        html.append("<tr><th scope=\"row\">")
            .append(Html.escape(one.name()))
            .append("</th><td>")
            .append(values(one.before()))
            .append("</td><td>")
            .append(values(one.after()))
            .append("</td></tr>");
      }
      html.append("</tbody></table></div>");
    }
    html.append("</header>\n");
  }

  private static String values(List<String> values) {
    return values.isEmpty()
        ? "–"
        : values.stream()
            .limit(20)
            .map(value -> Html.escape(shortDigests(value)))
            .collect(Collectors.joining("<br>"));
  }

  /** SHA-256 digests in full are for the JSON. */
  static String shortDigests(String value) {
    return value.replaceAll("\\b([0-9a-f]{12})[0-9a-f]{52}\\b", "$1…");
  }

  private static String tone(DiffFigures figures) {
    if (figures.joined() == 0 || figures.lost(Outcome.BLOCK) > 0) {
      return "bad";
    }
    return figures.decisionsChanged() > 0 ? "fair" : "good";
  }

  private static void tiles(StringBuilder html, DiffFigures figures) {
    long joined = figures.joined();
    html.append("<div class=\"tiles\">");
    tile(html, figures.lost(Outcome.BLOCK), joined, "no longer blocked", "bad");
    tile(html, figures.gained(Outcome.BLOCK), joined, "newly blocked", "fair");
    tile(html, figures.gained(Outcome.REVIEW), joined, "newly to review", "fair");
    tile(html, figures.lost(Outcome.REVIEW), joined, "no longer to review", "fair");
    tile(
        html,
        figures.topLabelsAgree().of() - figures.topLabelsAgree().hits(),
        joined,
        "other top label",
        "fair");
    tile(html, figures.flagsGained().hits(), joined, "gained a flag", "fair");
    tile(html, figures.flagsLost().hits(), joined, "lost a flag", "fair");
    if (figures.comparable() > 0) {
      tile(html, figures.identicalScores(), figures.comparable(), "exactly the same scores", "");
    }
    html.append("</div>");
  }

  private static void tile(StringBuilder html, long hits, long of, String what, String toneIfAny) {
    Rate rate = Rate.of(hits, of);
    html.append("<div class=\"tile ")
        .append(hits == 0 ? "" : toneIfAny)
        .append("\"><p class=\"figure\">")
        .append(Words.count(hits))
        .append("</p><p>")
        .append(what)
        .append("</p><p class=\"ci\">")
        .append(Html.escape(Words.percent(rate.share())))
        .append(" (")
        .append(Html.escape(Words.interval(rate)))
        .append(")</p></div>");
  }

  private static void budgets(StringBuilder html, List<Budget.Answer> answers) {
    if (answers.isEmpty()) {
      return;
    }
    html.append("<ul class=\"checks\">");
    for (Budget.Answer answer : answers) {
      html.append("<li class=\"")
          .append(answer.broken() ? "bad" : "good")
          .append("\"><span class=\"tag\">")
          .append(answer.broken() ? "broken" : "kept")
          .append("</span> ")
          .append(Html.escape(answer.sentence()))
          .append("</li>");
    }
    html.append("</ul>");
  }
}
