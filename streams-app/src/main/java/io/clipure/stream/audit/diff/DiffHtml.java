package io.clipure.stream.audit.diff;

import io.clipure.stream.html.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The report as one page: no script, nothing from elsewhere, readable on a phone and in the dark.
 * Ids, labels and reasons come from strangers; all text is escaped.
 */
public final class DiffHtml {
  private DiffHtml() {}

  /**
   * Writes the page.
   *
   * @param answers of the budgets; may be empty
   * @param pictures by event id; those that are missing are not shown
   */
  public static byte[] write(
      DiffReport report, List<Budget.Answer> answers, Map<String, Picture> pictures) {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\">")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" img-src data:; style-src 'unsafe-inline'\">")
        .append("<title>What changed: ")
        .append(Html.escape(topic(report.before())))
        .append(" → ")
        .append(Html.escape(topic(report.after())))
        .append("</title><style>")
        .append(css())
        .append("</style></head><body><main>\n");
    DiffFigures figures = report.figures();
    HeadHtml.write(html, report, answers);
    if (figures.joined() > 0 || !figures.transitions().isEmpty()) {
      section(html, "decisions", "Decisions", MATRIX, TablesHtml.matrix(figures));
    }
    if (!figures.transitions().isEmpty()) {
      section(html, "flips", "What flipped", FLIPS, CardsHtml.transitions(figures, pictures));
    }
    if (!figures.moved().isEmpty()) {
      section(
          html, "moved", "Same decision, most moved", MOVED, CardsHtml.moved(figures, pictures));
    }
    if (figures.joined() > 0) {
      section(html, "labels", "Labels", LABELS, TablesHtml.labels(figures));
      if (!figures.flips().isEmpty()) {
        section(html, "top-labels", "Top labels that changed", "", TablesHtml.flips(figures));
      }
      section(html, "flags", "Flags and agreement", AGREE, TablesHtml.agreement(figures));
    }
    String ids = TablesHtml.ids(figures);
    if (!ids.isEmpty()) {
      section(html, "ids", "In one run only", "", ids);
    }
    section(html, "cost", "Time and cost", COST, RunsHtml.cost(report));
    section(html, "provenance", "What decided", PROVENANCE, RunsHtml.provenance(report));
    section(html, "read", "What was read", "", RunsHtml.read(report));
    return html.append("</main></body></html>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static final String MATRIX =
      "Rows are the run before, columns the run after. Off the diagonal, a decision changed; red"
          + " cells let more through than before.";
  private static final String FLIPS =
      "The worst first: decisions that became milder. Pictures are the centre square of the image;"
          + " those that either run blocks are veiled until you press them.";
  private static final String MOVED =
      "Nothing was decided otherwise, but the scores moved: where the next change may flip.";
  private static final String LABELS =
      "Score after minus before, over all images that both runs labelled: falls to the left, rises"
          + " to the right, what moved by at most 0.01 grey between; bar heights are logarithmic."
          + " Labels whose images changed come first.";
  private static final String AGREE =
      "Shares of the images that both runs labelled, with exact 95 % intervals: what the share of"
          + " all traffic like this may be.";
  private static final String COST =
      "As the records say; quantiles are right to 3 %. Encoder time of an image is that of its"
          + " batch, divided by the images in it.";
  private static final String PROVENANCE =
      "Every value found in the records, with the number of verdicts. Rows that differ are marked.";

  private static void section(
      StringBuilder html, String id, String title, String lead, String body) {
    html.append("<section id=\"").append(id).append("\"><h2>").append(title).append("</h2>");
    if (!lead.isEmpty()) {
      html.append("<p class=\"lead\">").append(lead).append("</p>");
    }
    html.append(body).append("</section>\n");
  }

  /** The topic of verdicts; one of dead letters comes after it. */
  static String topic(RunFacts run) {
    return run.source().topics().stream().findFirst().orElse("nothing");
  }

  private static String css() {
    try (InputStream in =
        Objects.requireNonNull(
            DiffHtml.class.getResourceAsStream("diff.css"), "diff.css is missing from the jar")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("diff.css cannot be read from the jar", e);
    }
  }
}
