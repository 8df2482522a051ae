package io.clipure.stream.app;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.calibration.SuspicionFit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the suspicion model of a calibration comes from.
 *
 * <ul>
 *   <li>Examples of attacks are given: a model is fitted to them.
 *   <li>Else the model in force, if it is one for these views: only its threshold moves.
 *   <li>Else, with views, a model of their disagreement alone.
 *   <li>Else none: the score is the purification rule's.
 * </ul>
 */
final class CalibrationSuspicion {
  /** What an attack changes most when the picture moves, by all measurements so far. */
  private static final String PRIMARY = "view-tv-mean";

  private final String views;
  private final ModelInfo.SuspicionModel probe;
  private final boolean fitted;
  private String origin = "none: the score is that of the purification";

  private CalibrationSuspicion(String views, ModelInfo.SuspicionModel probe, boolean fitted) {
    this.views = views;
    this.probe = probe;
    this.fitted = fitted;
  }

  static CalibrationSuspicion of(CalibrationBench bench, boolean fitted) {
    String views = bench.views().plan().id();
    ModelInfo.SuspicionModel inForce =
        bench.calibration().map(ModelInfo.Calibration::suspicion).orElse(null);
    boolean same = inForce != null && inForce.views().equals(views);
    // A model without terms makes the rule report every signal.
    ModelInfo.SuspicionModel probe =
        same
            ? inForce
            : fitted || bench.views().plan().extraViews() > 0
                ? new ModelInfo.SuspicionModel(views, 0, List.of())
                : null;
    return new CalibrationSuspicion(views, probe, fitted);
  }

  /** A model under which images are judged to learn their signals; null: none. */
  ModelInfo.SuspicionModel probe() {
    return probe;
  }

  /** The model of the calibration; null: none. */
  ModelInfo.SuspicionModel fit(
      List<CalibrationFigures> ordinary,
      Optional<List<CalibrationFigures>> attacked,
      CalibrationWishes wishes) {
    if (probe == null) {
      return null;
    }
    List<Map<String, Double>> usual = signals(ordinary);
    try {
      if (fitted) {
        List<Map<String, Double>> examples = signals(attacked.orElseThrow());
        origin =
            String.format(
                Locale.ROOT,
                "fitted to %d attacked images, ridge %s",
                examples.size(),
                SuspicionFit.RIDGE);
        return SuspicionFit.centred(
            SuspicionFit.fit(views, usual, examples, SuspicionFit.RIDGE),
            usual,
            wishes.flagBudget(),
            wishes.confidence());
      }
      if (!probe.signals().isEmpty()) {
        origin = "kept as it was in force, only its threshold measured";
        return probe;
      }
      origin = "one signal, " + PRIMARY + ": no examples of attacks were given";
      return SuspicionFit.oneClass(views, PRIMARY, usual, wishes.flagBudget(), wishes.confidence());
    } catch (IllegalArgumentException e) {
      throw new RefusedException("no suspicion model can be fitted: " + e.getMessage(), e);
    }
  }

  /** In words, after {@link #fit}. */
  String origin() {
    return origin;
  }

  private static List<Map<String, Double>> signals(List<CalibrationFigures> images) {
    return images.stream().map(CalibrationFigures::signals).toList();
  }
}
