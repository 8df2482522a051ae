package io.clipure.stream.audit.diff;

import io.clipure.stream.html.Html;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The tables of the page that set both runs side by side: cost, provenance, what was read. */
final class RunsHtml {
  private RunsHtml() {}

  static String cost(DiffReport report) {
    RunFacts.Cost before = report.before().cost();
    RunFacts.Cost after = report.after().cost();
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table><thead><tr><th></th>")
            .append("<th scope=\"col\">before: mean</th><th scope=\"col\">p50</th>")
            .append("<th scope=\"col\">p95</th><th scope=\"col\">p99</th>")
            .append("<th scope=\"col\">after: mean</th><th scope=\"col\">p50</th>")
            .append("<th scope=\"col\">p95</th><th scope=\"col\">p99</th>")
            .append("</tr></thead><tbody>");
    times(html, "load (fetch, decode, resize)", before.load(), after.load());
    times(html, "wait for a batch", before.queue(), after.queue());
    times(html, "the batch in the encoder", before.encode(), after.encode());
    times(html, "encoder time an image", before.encodeShare(), after.encodeShare());
    html.append(pair("images in a batch", before.meanBatch(), after.meanBatch()))
        .append(pair("encoder passes an image", before.passes(), after.passes()))
        .append("</tbody></table></div>");
    if (report.after().labelled() > 0 && after.passes() == 0) {
      html.append("<p class=\"ci\">The run after was scored from stored embeddings:")
          .append(" no image was encoded.</p>");
    }
    return html.toString();
  }

  private static void times(StringBuilder html, String name, Quantiles before, Quantiles after) {
    html.append("<tr><th scope=\"row\">").append(name).append("</th>");
    for (Quantiles one : List.of(before, after)) {
      if (one.count() == 0 || one.p99Micros() == 0) {
        html.append("<td colspan=\"4\">–</td>");
      } else {
        html.append("<td>")
            .append(Words.millis(one.meanMicros()))
            .append("</td><td>")
            .append(Words.millis(one.p50Micros()))
            .append("</td><td>")
            .append(Words.millis(one.p95Micros()))
            .append("</td><td>")
            .append(Words.millis(one.p99Micros()))
            .append("</td>");
      }
    }
    html.append("</tr>");
  }

  private static String pair(String name, double before, double after) {
    return String.format(
        Locale.ROOT,
        "<tr><th scope=\"row\">%s</th><td colspan=\"4\">%.1f</td><td colspan=\"4\">%.1f</td></tr>",
        name,
        before,
        after);
  }

  static String provenance(DiffReport report) {
    Set<String> names = new LinkedHashSet<>(report.before().provenance().keySet());
    names.addAll(report.after().provenance().keySet());
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table class=\"facts\"><thead><tr><th></th>")
            .append(
                "<th scope=\"col\">before</th><th scope=\"col\">after</th></tr></thead><tbody>");
    for (String name : names) {
      Map<String, Long> before = report.before().provenance().getOrDefault(name, Map.of());
      Map<String, Long> after = report.after().provenance().getOrDefault(name, Map.of());
      html.append(before.keySet().equals(after.keySet()) ? "<tr>" : "<tr class=\"differs\">")
          .append("<th scope=\"row\">")
          .append(Html.escape(name))
          .append("</th><td>")
          .append(values(before))
          .append("</td><td>")
          .append(values(after))
          .append("</td></tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static String values(Map<String, Long> values) {
    StringBuilder html = new StringBuilder();
    values.entrySet().stream()
        .limit(20)
        .forEach(
            one ->
                html.append("<div>")
                    .append(Html.escape(CardsHtml.cut(HeadHtml.shortDigests(one.getKey()), 200)))
                    .append(" <span class=\"ci\">")
                    .append(Words.count(one.getValue()))
                    .append("</span></div>"));
    if (values.size() > 20) {
      html.append("<div class=\"ci\">and ").append(values.size() - 20).append(" more</div>");
    }
    return html.isEmpty() ? "–" : html.toString();
  }

  static String read(DiffReport report) {
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table><thead><tr><th></th>")
            .append("<th scope=\"col\">topic</th><th scope=\"col\">partition</th>")
            .append("<th scope=\"col\">offsets</th><th scope=\"col\">without a record</th>")
            .append("<th scope=\"col\">deleted before</th></tr></thead><tbody>");
    stretches(html, "before", report.before());
    stretches(html, "after", report.after());
    html.append("</tbody></table></div><p class=\"ci\">")
        .append(totals("before", report.before(), report.figures().duplicatesBefore()))
        .append("<br>")
        .append(totals("after", report.after(), report.figures().duplicatesAfter()))
        .append("<br>Of an event that a run holds more than once, the last result in source order")
        .append(" counts. ")
        .append(DiffJson.FORMAT)
        .append("</p>");
    return html.toString();
  }

  private static void stretches(StringBuilder html, String side, RunFacts run) {
    for (RunSource.Stretch one : run.source().stretches()) {
      html.append("<tr><th scope=\"row\">")
          .append(side)
          .append("</th><td>")
          .append(Html.escape(one.topic()))
          .append("</td><td>")
          .append(one.partition())
          .append("</td><td>")
          .append(one.start() == one.end() ? "none" : one.start() + " to " + (one.end() - 1))
          .append("</td><td>")
          .append(Words.count(one.missingInside()))
          .append("</td><td>")
          .append(one.afterDeletion() ? "yes" : Words.count(one.deletedBeforeStart()))
          .append("</td></tr>");
    }
  }

  private static String totals(String side, RunFacts run, long duplicates) {
    return side
        + ": "
        + Words.of(run.labelled(), "verdict", "verdicts")
        + ", "
        + Words.of(run.deadLetters(), "dead letter", "dead letters")
        + ", "
        + Words.count(duplicates)
        + " superseded, "
        + Words.count(run.unreadable())
        + " unreadable"
        + (run.cost().first() == null
            ? ""
            : "; made " + run.cost().first() + " to " + run.cost().last());
  }
}
