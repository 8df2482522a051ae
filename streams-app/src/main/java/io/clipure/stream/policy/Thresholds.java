package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;

/**
 * The thresholds in force for one label set: the most specific source that has a value gives it.
 *
 * @param lowConfidenceScore label set, else calibration, else settings
 * @param lowConfidenceMargin label set, else calibration, else settings
 * @param suspicion settings, else calibration, else the rule's default
 */
record Thresholds(double lowConfidenceScore, double lowConfidenceMargin, double suspicion) {

  static Thresholds resolve(
      LabelSet set, ModelInfo.Calibration calibration, JudgeSettings settings, SuspicionRule rule) {
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
            settings.suspicionThreshold(), measured.suspicionThreshold(), rule.defaultThreshold()));
  }

  private static double first(Double a, Double b, double otherwise) {
    return a != null ? a : b != null ? b : otherwise;
  }
}
