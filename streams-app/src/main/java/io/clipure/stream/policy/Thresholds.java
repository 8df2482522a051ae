package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import java.util.List;

/**
 * The thresholds in force for one label set: the most specific source that has a value gives it.
 *
 * @param lowConfidenceScore label set, else calibration, else settings
 * @param lowConfidenceMargin label set, else calibration, else settings
 * @param suspicion settings, else calibration if it was measured with the rule in force, else the
 *     rule's default
 */
record Thresholds(double lowConfidenceScore, double lowConfidenceMargin, double suspicion) {

  static Thresholds resolve(
      LabelSet set,
      ModelInfo.Calibration calibration,
      JudgeSettings settings,
      SuspicionChoice suspicion) {
    ModelInfo.Calibration measured =
        calibration == null ? new ModelInfo.Calibration(null, null, null, null) : calibration;
    return new Thresholds(
        first(
            set.lowConfidenceScore(), measured.lowConfidenceScore(), settings.lowConfidenceScore()),
        first(
            set.lowConfidenceMargin(),
            measured.lowConfidenceMargin(),
            settings.lowConfidenceMargin()),
        first(
            settings.suspicionThreshold(),
            suspicion.measured() ? measured.suspicionThreshold() : null,
            suspicion.rule().defaultThreshold()));
  }

  /** The labels with the thresholds in force: their own, else the calibration's. */
  static List<Label> labels(LabelSet set, ModelInfo.Calibration calibration) {
    if (calibration == null) {
      return set.labels();
    }
    return set.labels().stream()
        .map(label -> withThreshold(label, calibration.labelThresholds().get(label.id())))
        .toList();
  }

  private static Label withThreshold(Label label, Double measured) {
    return label.threshold() != null || measured == null
        ? label
        : new Label(
            label.id(), label.name(), label.group(), label.action(), measured, label.prompts());
  }

  private static double first(Double a, Double b, double otherwise) {
    return a != null ? a : b != null ? b : otherwise;
  }
}
