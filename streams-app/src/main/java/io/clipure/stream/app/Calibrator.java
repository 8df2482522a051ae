package io.clipure.stream.app;

import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.CalibrationFiles;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.calibration.BinomialInterval;
import io.clipure.stream.policy.calibration.FlagBudget;
import io.clipure.stream.policy.calibration.LabelThresholds;
import io.clipure.stream.policy.calibration.LowConfidence;
import io.clipure.stream.policy.calibration.Reliability;
import io.clipure.stream.policy.calibration.SuspicionFit;
import io.clipure.stream.policy.calibration.TemperatureScaling;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * From samples to a calibration, one figure after the other because each changes the next: the
 * temperature, under it the thresholds of labels, low confidence and the suspicion model, under
 * that the suspicion threshold. At the end everything is judged once more as the service would.
 */
final class Calibrator {
  private static final String DRAFT = "draft";

  private final CalibrationBench bench;
  private final CalibrationWishes wishes;
  private final Clock clock;
  private final List<String> notes = new ArrayList<>();

  Calibrator(CalibrationBench bench, CalibrationWishes wishes, Clock clock) {
    this.bench = bench;
    this.wishes = wishes;
    this.clock = clock;
  }

  /**
   * Calibrates.
   *
   * @param name name of the calibration; empty: the bundle's and the date
   * @throws RefusedException if the sample is too small for what is asked
   */
  Calibrated calibrate(
      Optional<String> name,
      CalibrationSample ordinary,
      Optional<CalibrationSample.Encoded> attacked,
      CalibrationTruth truth) {
    refuseTooFew(ordinary.size(), wishes);
    List<CalibrationFigures> before = ordinary.figures(bench.judge());
    KnownLabels known = KnownLabels.of(before, truth, bench.labelSet());
    Optional<TemperatureScaling.Fit> fit = temperature(ordinary, known);
    CalibrationSuspicion suspicion = CalibrationSuspicion.of(bench, attacked.isPresent());
    ModelInfo.Calibration draft =
        new ModelInfo.Calibration(
            DRAFT,
            null,
            null,
            null,
            fit.filter(TemperatureScaling.Fit::determined)
                .map(TemperatureScaling.Fit::temperature)
                .orElse(bench.calibration().map(ModelInfo.Calibration::temperature).orElse(1.0)),
            bench.calibration().map(ModelInfo.Calibration::labelThresholds).orElse(Map.of()),
            suspicion.probe());
    List<CalibrationFigures> scored = ordinary.figures(bench.judge(draft));
    Map<String, LabelThresholds.Outcome> labels = labels(scored, known);
    ModelInfo.SuspicionModel model =
        suspicion.fit(scored, attacked.map(s -> s.figures(bench.judge(draft))), wishes);
    FlagBudget.Chosen flags = flags(scored, model);
    LowConfidence low =
        LowConfidence.choose(
            scored.stream().mapToDouble(CalibrationFigures::topScore).toArray(),
            scored.stream().mapToDouble(CalibrationFigures::margin).toArray(),
            wishes.lowConfidenceShare(),
            wishes.confidence());
    ModelInfo.Calibration calibration =
        new ModelInfo.Calibration(
            name.orElseGet(() -> bench.model().name() + "-" + LocalDate.now(clock)),
            low.score(),
            low.margin(),
            flags.threshold(),
            draft.temperature(),
            merged(draft.labelThresholds(), labels),
            model);
    List<CalibrationFigures> after =
        ordinary instanceof CalibrationSample.Encoded
            ? ordinary.figures(bench.judge(calibration))
            : scored.stream().map(figures -> figures.under(calibration)).toList();
    Optional<Calibrated.Labelled> labelled =
        known.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Calibrated.Labelled(
                    known.size(), fit, diagrams(before, known), diagrams(after, known), labels));
    Optional<Calibrated.Attacked> caught =
        attacked.map(sample -> caught(sample.figures(bench.judge(calibration))));
    notes(known, fit, ordinary);
    if (flags.threshold() > 1) {
      notes.add(
          "the most suspicious ordinary images tie at the highest score there is: nothing will be"
              + " flagged; give examples with --attacked, or configure other views");
    }
    CalibrationEvidence evidence =
        new CalibrationEvidence(
            after, ordinary.skipped(), flags, low, labelled, caught, suspicion.origin());
    CalibrationFile file =
        CalibrationFiles.of(
            bench.madeFor(),
            new CalibrationFile.Measured(
                LocalDate.now(clock).toString(),
                ordinary.source(),
                ordinary.size(),
                wishes.flagBudget(),
                wishes.confidence(),
                List.of(flags.interval().lower(), flags.interval().upper()),
                wishes.lowConfidenceShare()),
            calibration,
            evidence.json());
    return new Calibrated(file, evidence, wishes.confidence(), List.copyOf(notes));
  }

  /**
   * Refuses a sample that cannot show what is asked, whatever its scores.
   *
   * @throws RefusedException saying what it takes
   */
  static void refuseTooFew(int images, CalibrationWishes wishes) {
    double[] any = new double[images];
    if (FlagBudget.choose(any, wishes.flagBudget(), wishes.confidence())
        instanceof FlagBudget.TooFew few) {
      throw new RefusedException(
          String.format(
              Locale.ROOT,
              "%d images cannot show that at most %s of ordinary images are flagged with %s"
                  + " confidence: give at least %d, or --flag-budget %.2f%%, or --confidence"
                  + " %.0f%%",
              few.images(),
              CalibrationText.percent(wishes.flagBudget()),
              CalibrationText.percent(wishes.confidence()),
              few.needed(),
              Math.ceil(1e4 * few.smallestBudget()) / 100,
              Math.floor(100 * few.largestConfidence())));
    }
  }

  private Optional<TemperatureScaling.Fit> temperature(
      CalibrationSample sample, KnownLabels known) {
    if (known.isEmpty() || !(sample instanceof CalibrationSample.Encoded encoded)) {
      return Optional.empty();
    }
    ModelInfo.Calibration trained =
        new ModelInfo.Calibration(DRAFT, null, null, null, 1, Map.of(), null);
    var logits = encoded.logits(bench.judge(trained).scoreModel(), known.images());
    return Optional.of(
        TemperatureScaling.fit(
            temperature ->
                TemperatureScaling.negativeLogLikelihood(
                    logits.scores(temperature), known.labels())));
  }

  private Map<String, LabelThresholds.Outcome> labels(
      List<CalibrationFigures> sample, KnownLabels known) {
    Map<String, LabelThresholds.Outcome> outcomes = new LinkedHashMap<>();
    if (known.isEmpty()) {
      return outcomes;
    }
    double[][] scores =
        known.select(sample).stream().map(CalibrationFigures::scores).toArray(double[][]::new);
    List<Label> labels = bench.labelSet().labels();
    for (int k = 0; k < labels.size(); k++) {
      if (labels.get(k).action() != Action.ALLOW) {
        double[] column = LabelThresholds.column(scores, k);
        boolean[] isLabel = new boolean[column.length];
        for (int i = 0; i < isLabel.length; i++) {
          isLabel[i] = known.labels()[i] == k;
        }
        outcomes.put(
            labels.get(k).id(),
            wishes.labelFalsePositives() == null
                ? LabelThresholds.forPrecision(
                    column, isLabel, wishes.labelPrecision(), wishes.confidence())
                : LabelThresholds.forFalsePositives(
                    column, isLabel, wishes.labelFalsePositives(), wishes.confidence()));
      }
    }
    return outcomes;
  }

  private static Map<String, Double> merged(
      Map<String, Double> inForce, Map<String, LabelThresholds.Outcome> measured) {
    Map<String, Double> thresholds = new HashMap<>(inForce);
    measured.forEach(
        (label, outcome) -> {
          if (outcome instanceof LabelThresholds.Chosen chosen) {
            thresholds.put(label, chosen.threshold());
          }
        });
    return thresholds;
  }

  private FlagBudget.Chosen flags(List<CalibrationFigures> sample, ModelInfo.SuspicionModel model) {
    double[] scores =
        sample.stream()
            .mapToDouble(
                figures ->
                    model == null
                        ? figures.suspicion()
                        : SuspicionFit.score(model, figures.signals()))
            .toArray();
    return (FlagBudget.Chosen) FlagBudget.choose(scores, wishes.flagBudget(), wishes.confidence());
  }

  private Calibrated.Diagrams diagrams(List<CalibrationFigures> sample, KnownLabels known) {
    List<CalibrationFigures> images = known.select(sample);
    double[] confidence = images.stream().mapToDouble(CalibrationFigures::topScore).toArray();
    boolean[] right = new boolean[confidence.length];
    int hits = 0;
    for (int i = 0; i < right.length; i++) {
      String truth = bench.labelSet().labels().get(known.labels()[i]).id();
      right[i] = images.get(i).topLabel().equals(truth);
      hits += right[i] ? 1 : 0;
    }
    return new Calibrated.Diagrams(
        (double) hits / right.length,
        Reliability.equalWidth(confidence, right, Reliability.BINS),
        Reliability.equalMass(confidence, right, Reliability.BINS));
  }

  private Calibrated.Attacked caught(List<CalibrationFigures> images) {
    int flagged = (int) images.stream().filter(CalibrationFigures::suspicious).count();
    return new Calibrated.Attacked(
        images.size(),
        flagged,
        BinomialInterval.of(flagged, images.size(), wishes.confidence()),
        images.stream().mapToDouble(CalibrationFigures::suspicion).toArray());
  }

  private void notes(
      KnownLabels known, Optional<TemperatureScaling.Fit> fit, CalibrationSample sample) {
    if (!known.strangers().isEmpty()) {
      notes.add(
          "the truth names %d labels that label set %s does not have, for example %s; their images"
                  .formatted(
                      known.strangers().size(), bench.labelSet().name(), known.strangers().first())
              + " count as unlabelled");
    }
    if (fit.isPresent() && !fit.get().determined()) {
      notes.add(
          "the temperature stays: the labelled images do not determine one (all of them right, or"
              + " scores no better than chance)");
    }
    if (!known.isEmpty() && sample instanceof CalibrationSample.Recorded) {
      notes.add("the temperature stays: fitting one takes the images, not verdicts on them");
    }
    if (bench.labelSet().lowConfidenceScore() != null
        || bench.labelSet().lowConfidenceMargin() != null) {
      notes.add(
          "label set %s has low-confidence thresholds of its own, which win over a calibration's;"
                  .formatted(bench.labelSet().name())
              + " take low_confidence out of it to use these");
    }
    if (bench.thresholdConfigured()) {
      notes.add("policy.suspicion-threshold is set and wins over a calibration's; take it out");
    }
  }
}
