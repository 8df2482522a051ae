package io.clipure.stream.app;

import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.calibration.LabelThresholds;
import java.util.Locale;
import java.util.Map;

/**
 * A calibration as one self-contained page: figures, reliability diagrams before and after, the
 * suspicion scores with their threshold. No scripts, nothing loaded from elsewhere.
 */
final class CalibrationReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d0d7de;
        --blue: #2f6fdb; --red: #c93c37; --soft: #2f6fdb44; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117;
        --faint: #30363d; --blue: #6ea8fe; --red: #ff7b72; --soft: #6ea8fe44; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
      code { overflow-wrap: anywhere; }
      table { border-collapse: collapse; } td, th { padding: .25rem .9rem .25rem 0;
        text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
      figure { display: inline-block; margin: 0 1.5rem 1rem 0; }
      svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
      """;

  private CalibrationReport() {}

  /** The page. */
  static String html(Calibrated done) {
    CalibrationFile file = done.file();
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escaped("Calibration " + file.id()))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escaped("Calibration " + file.id()))
        .append("</h1>\n<table>\n");
    facts(page, done);
    page.append("</table>\n");
    done.evidence().labelled().ifPresent(known -> reliability(page, file.calibration(), known));
    page.append("<h2>Suspicion scores</h2>\n<p>Bars count images; their height is logarithmic. The")
        .append(" line is the threshold, from which images are flagged.</p>\n");
    figure(
        page,
        "Ordinary images",
        CalibrationPlots.histogram(
            done.evidence().suspicion(), file.calibration().suspicionThreshold(), "var(--blue)"));
    done.evidence()
        .attacked()
        .ifPresent(
            seen ->
                figure(
                    page,
                    "Attacked images",
                    CalibrationPlots.histogram(
                        seen.scores(), file.calibration().suspicionThreshold(), "var(--red)")));
    if (file.calibration().suspicion() != null) {
      signals(page, file.calibration().suspicion());
    }
    done.evidence().labelled().ifPresent(known -> labels(page, known.labels()));
    if (!done.notes().isEmpty()) {
      page.append("<h2>Notes</h2>\n<ul>\n");
      done.notes().forEach(note -> page.append("<li>").append(escaped(note)).append("</li>\n"));
      page.append("</ul>\n");
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static void facts(StringBuilder page, Calibrated done) {
    CalibrationFile file = done.file();
    CalibrationEvidence evidence = done.evidence();
    ModelInfo.Calibration figures = file.calibration();
    row(page, "Stamped on verdicts", file.stamp());
    row(page, "Digest", file.digest());
    row(page, "Measured", file.measured().date() + ", " + file.measured().source());
    row(
        page,
        "Images",
        evidence.figures().size()
            + (evidence.skipped().isEmpty() ? "" : ", left out " + evidence.skipped()));
    row(page, "Bundle", file.madeFor().model() + ", digest " + file.madeFor().modelDigest());
    row(
        page,
        "Label set",
        file.madeFor().labelSet() + ", digest " + file.madeFor().labelSetDigest());
    row(page, "Purifier", file.madeFor().purifier());
    String key = file.madeFor().viewsKeyId();
    row(page, "Views", file.madeFor().views() + (key == null ? "" : ", key id " + key));
    row(page, "Suspicion model", evidence.suspicionModel());
    row(
        page,
        "Suspicion threshold",
        "%.6g: flags %d of %d; of all ordinary images at most %s with %s confidence (interval %s)",
        figures.suspicionThreshold(),
        evidence.flags().flagged(),
        evidence.flags().images(),
        CalibrationText.percent(evidence.flags().bound()),
        CalibrationText.percent(done.confidence()),
        CalibrationText.interval(evidence.flags().interval()));
    evidence
        .attacked()
        .ifPresent(
            seen ->
                row(
                    page,
                    "Attacked images flagged",
                    "%d of %d (interval %s)",
                    seen.flagged(),
                    seen.images(),
                    CalibrationText.interval(seen.interval())));
    row(
        page,
        "Low confidence",
        "score below %.4f or margin below %.4f: %d of %d (interval %s)",
        figures.lowConfidenceScore(),
        figures.lowConfidenceMargin(),
        evidence.low().low(),
        evidence.low().images(),
        CalibrationText.interval(evidence.low().interval()));
    row(page, "Temperature", "%.4f", figures.temperature());
  }

  private static void reliability(
      StringBuilder page, ModelInfo.Calibration figures, Calibrated.Labelled known) {
    page.append("<h2>Reliability</h2>\n<p>")
        .append(
            escaped(
                String.format(
                    Locale.ROOT,
                    "%d labelled images. A score is honest where the share of right answers equals"
                        + " it: on the diagonal. Circles grow with the images in a bin. Expected"
                        + " calibration error in bins of equal size %.4f before, %.4f after"
                        + " (temperature %.4f); of equal width %.4f, %.4f.",
                    known.images(),
                    known.before().mass().error(),
                    known.after().mass().error(),
                    figures.temperature(),
                    known.before().width().error(),
                    known.after().width().error())))
        .append("</p>\n");
    figure(page, "Before", CalibrationPlots.reliability(known.before().width()));
    figure(page, "After", CalibrationPlots.reliability(known.after().width()));
  }

  private static void signals(StringBuilder page, ModelInfo.SuspicionModel model) {
    page.append("<h2>Suspicion model</h2>\n<table>\n<tr><th>signal</th><th>ordinary mean</th>")
        .append("<th>standard deviation</th><th>weight</th></tr>\n");
    for (ModelInfo.SuspicionModel.Signal signal : model.signals()) {
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.6g</td><td>%.6g</td><td>%.4f</td></tr>%n",
              escaped(signal.name()),
              signal.mean(),
              signal.scale(),
              signal.weight()));
    }
    page.append("</table>\n");
  }

  private static void labels(StringBuilder page, Map<String, LabelThresholds.Outcome> labels) {
    page.append("<h2>Thresholds of REVIEW and BLOCK labels</h2>\n<table>\n");
    labels.forEach((label, outcome) -> row(page, label, "%s", CalibrationText.words(outcome)));
    page.append("</table>\n");
  }

  private static void figure(StringBuilder page, String caption, String svg) {
    page.append("<figure>")
        .append(svg)
        .append("<figcaption>")
        .append(escaped(caption))
        .append("</figcaption></figure>\n");
  }

  private static void row(StringBuilder page, String name, String text) {
    row(page, name, "%s", text);
  }

  private static void row(StringBuilder page, String name, String format, Object... values) {
    page.append("<tr><th>")
        .append(escaped(name))
        .append("</th><td><code>")
        .append(escaped(String.format(Locale.ROOT, format, values)))
        .append("</code></td></tr>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
