package io.clipure.stream.app;

import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.calibration.BinomialInterval;
import io.clipure.stream.policy.calibration.LabelThresholds;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A calibration in a few lines for people. */
final class CalibrationText {
  private CalibrationText() {}

  static void print(PrintWriter out, Calibrated done) {
    CalibrationFile file = done.file();
    CalibrationEvidence evidence = done.evidence();
    ModelInfo.Calibration figures = file.calibration();
    line(
        out,
        "images",
        "%d from %s; bundle %s, label set %s, views %s",
        evidence.figures().size(),
        file.measured().source(),
        file.madeFor().model(),
        file.madeFor().labelSet(),
        file.madeFor().views());
    if (!evidence.skipped().isEmpty()) {
      line(out, "left out", "%s", evidence.skipped());
    }
    line(
        out,
        "suspicion",
        "from %.6g: flags %d of %d (%s); of all ordinary images at most %s with %s confidence,"
            + " interval %s",
        figures.suspicionThreshold(),
        evidence.flags().flagged(),
        evidence.flags().images(),
        percent((double) evidence.flags().flagged() / evidence.flags().images()),
        percent(evidence.flags().bound()),
        percent(done.confidence()),
        interval(evidence.flags().interval()));
    line(out, "", "model: %s", evidence.suspicionModel());
    evidence
        .attacked()
        .ifPresent(
            seen ->
                line(
                    out,
                    "attacked",
                    "flags %d of %d, interval %s",
                    seen.flagged(),
                    seen.images(),
                    interval(seen.interval())));
    line(
        out,
        "low confidence",
        "score below %.4f or margin below %.4f: %d of %d (%s), interval %s",
        figures.lowConfidenceScore(),
        figures.lowConfidenceMargin(),
        evidence.low().low(),
        evidence.low().images(),
        percent((double) evidence.low().low() / evidence.low().images()),
        interval(evidence.low().interval()));
    evidence.labelled().ifPresent(known -> labelled(out, figures, known));
    line(
        out,
        "as judged now",
        "%s; %d low-confidence, %d suspected",
        evidence.figures().stream()
            .collect(
                Collectors.groupingBy(
                    CalibrationFigures::decision, TreeMap::new, Collectors.counting())),
        evidence.figures().stream().filter(CalibrationFigures::low).count(),
        evidence.figures().stream().filter(CalibrationFigures::suspicious).count());
    done.notes().forEach(note -> line(out, "note", "%s", note));
  }

  private static void labelled(
      PrintWriter out, ModelInfo.Calibration figures, Calibrated.Labelled known) {
    line(
        out,
        "temperature",
        "%.4f: calibration error %.4f before, %.4f after (bins of equal size; of equal width"
            + " %.4f, %.4f); %d labelled images, %s right",
        figures.temperature(),
        known.before().mass().error(),
        known.after().mass().error(),
        known.before().width().error(),
        known.after().width().error(),
        known.images(),
        percent(known.after().accuracy()));
    long chosen =
        known.labels().values().stream().filter(LabelThresholds.Chosen.class::isInstance).count();
    line(
        out,
        "labels",
        "%d of %d REVIEW and BLOCK labels got a threshold",
        chosen,
        known.labels().size());
    List<String> few = new ArrayList<>();
    int needed = 0;
    for (Map.Entry<String, LabelThresholds.Outcome> label : known.labels().entrySet()) {
      if (label.getValue() instanceof LabelThresholds.TooFew outcome) {
        few.add(label.getKey() + " " + outcome.images());
        needed = Math.max(needed, outcome.needed());
      } else {
        line(out, "", "%s: %s", label.getKey(), words(label.getValue()));
      }
    }
    if (!few.isEmpty()) {
      line(out, "", "too few images, at least %d needed: %s", needed, String.join(", ", few));
    }
  }

  /** One label's outcome. */
  static String words(LabelThresholds.Outcome outcome) {
    if (outcome instanceof LabelThresholds.Chosen chosen) {
      return String.format(
          Locale.ROOT,
          "from %.4f finds %d of %d (recall %s) and %d others (precision %s)",
          chosen.threshold(),
          chosen.found(),
          chosen.images(),
          interval(chosen.recall()),
          chosen.others(),
          interval(chosen.precision()));
    }
    if (outcome instanceof LabelThresholds.TooFew few) {
      return "too few images: %d, at least %d needed".formatted(few.images(), few.needed());
    }
    LabelThresholds.Unreachable unreachable = (LabelThresholds.Unreachable) outcome;
    return "no threshold keeps the promise; the best lower bound is " + percent(unreachable.best());
  }

  /** A share for people. */
  static String percent(double share) {
    return trimmed(String.format(Locale.ROOT, "%.2f", 100 * share)) + "%";
  }

  /** An interval for people. */
  static String interval(BinomialInterval interval) {
    return percent(interval.lower()) + " to " + percent(interval.upper());
  }

  private static String trimmed(String decimals) {
    return decimals.replaceAll("\\.?0+$", "");
  }

  private static void line(PrintWriter out, String name, String format, Object... values) {
    out.printf("%-14s  %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
