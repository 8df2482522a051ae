package io.clipure.stream.app;

import static io.clipure.stream.app.DecisionWords.figure;

import io.clipure.schemas.Suspicion;
import io.clipure.stream.audit.explain.Explanation;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.SuspicionSignals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The suspicion of a verdict for a person: the score, what it takes, and every signal. */
final class SuspicionWords {
  private final Explanation told;
  private final Suspicion suspicion;

  /**
   * A signal.
   *
   * @param weighed how the calibration weighs it; empty: it is reported and not weighed
   */
  record Signal(String name, double value, Optional<ModelInfo.SuspicionModel.Signal> weighed) {
    /** What it adds to the score's log-odds. */
    double adds() {
      return weighed.map(by -> by.weight() * (value - by.mean()) / by.scale()).orElse(0.0);
    }
  }

  SuspicionWords(Explanation told) {
    this.told = told;
    this.suspicion = told.verdict().getSuspicion();
  }

  /** Those that are weighed first, what speaks for an attack above all. */
  List<Signal> signals() {
    List<Signal> signals = new ArrayList<>();
    for (Map.Entry<String, Double> one : new TreeMap<>(suspicion.getSignals()).entrySet()) {
      signals.add(new Signal(one.getKey(), one.getValue(), weight(one.getKey())));
    }
    signals.sort(
        Comparator.comparing((Signal signal) -> signal.weighed().isEmpty())
            .thenComparing(Comparator.comparingDouble(Signal::adds).reversed()));
    return signals;
  }

  private Optional<ModelInfo.SuspicionModel.Signal> weight(String name) {
    return told.origins()
        .suspicion()
        .flatMap(
            model -> model.signals().stream().filter(one -> one.name().equals(name)).findFirst());
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("", "SUSPICION"));
    double by = Math.abs(suspicion.getScore() - suspicion.getThreshold());
    boolean flagged = suspicion.getScore() >= suspicion.getThreshold();
    lines.addAll(
        Paragraph.of(
            2,
            "The score is %s; from %s an image is flagged: %s %s, %s. Rule %s."
                .formatted(
                    figure(suspicion.getScore()),
                    figure(suspicion.getThreshold()),
                    figure(by),
                    flagged ? "above" : "below",
                    flagged ? "flagged as a suspected attack" : "not flagged",
                    safe(suspicion.getRule()))));
    List<Signal> signals = signals();
    if (signals.isEmpty()) {
      return lines;
    }
    boolean weighed = told.origins().suspicion().isPresent();
    lines.add(
        weighed
            ? "  SIGNAL                    VALUE   CLEAN WEIGHT   ADDS  WHAT IT IS"
            : "  SIGNAL                    VALUE  WHAT IT IS");
    signals.forEach(signal -> lines.addAll(line(signal, weighed)));
    told.origins()
        .suspicion()
        .ifPresentOrElse(
            model ->
                lines.addAll(
                    Paragraph.of(
                        2,
                        String.format(
                            Locale.ROOT,
                            "CLEAN: mean of clean images. The score is 1 / (1 + exp(-(%.4f + what"
                                + " signals add))); those without a weight are reported only.",
                            model.bias()))),
            () -> {
              if (suspicion.getRule().startsWith("view-disagreement/")
                  && !suspicion.getRule().contains("calibrated")) {
                lines.addAll(
                    Paragraph.of(
                        2, "Not calibrated: the score is view-tv-mean; the others are reported."));
              }
            });
    return lines;
  }

  private static List<String> line(Signal signal, boolean weighed) {
    String name = SafeText.cut(safe(signal.name()), 23);
    String figures = String.format("  %-23s %7s", name, figure(signal.value()));
    if (weighed) {
      figures +=
          signal
              .weighed()
              .map(
                  by ->
                      String.format(
                          Locale.ROOT,
                          " %7s %6.2f %+6.2f",
                          figure(by.mean()),
                          by.weight(),
                          signal.adds()))
              .orElse(" ".repeat(22));
    }
    String words = SuspicionSignals.words(signal.name()).orElse("");
    return Paragraph.hanging(figures + "  ", figures.length() + 2, words);
  }

  private static String safe(String text) {
    return SafeText.cut(SafeText.of(text), 100);
  }
}
