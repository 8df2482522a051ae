package io.clipure.stream.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which labels are in force, and the thresholds used where neither the label set nor the bundle's
 * calibration has its own.
 *
 * @param labels label set file; empty: the demo's
 * @param calibration calibration file; empty: the bundle's own calibration, if it has one
 */
public record PolicyConfig(
    Optional<Path> labels,
    Optional<Path> calibration,
    double lowConfidenceScore,
    double lowConfidenceMargin,
    Optional<Double> suspicionThreshold,
    boolean allowUnknownWords,
    ViewDecision viewDecision) {

  /** How the decisions on an image and its views become one; the policy room says what each is. */
  public enum ViewDecision {
    WORST,
    FIRST,
    MEAN
  }

  static final Setting<Path> LABELS =
      Setting.optional(
          "policy.labels",
          ValueType.path(),
          "the demo label set",
          "Label set file (YAML) in force until the label-sets topic has one.");
  static final Setting<Path> CALIBRATION =
      Setting.optional(
          "policy.calibration",
          ValueType.path(),
          "the bundle's own",
          "Calibration file that calibrate wrote for the model bundle; replaces the bundle's own"
              + " calibration.");
  static final Setting<Double> LOW_CONFIDENCE_SCORE =
      Setting.of(
          "policy.low-confidence-score",
          ValueType.decimal(0, 1),
          0.4,
          "Top score below which a verdict is flagged LOW_CONFIDENCE, where neither label set nor"
              + " calibration says.");
  static final Setting<Double> LOW_CONFIDENCE_MARGIN =
      Setting.of(
          "policy.low-confidence-margin",
          ValueType.decimal(0, 1),
          0.1,
          "Distance of the two best scores below which a verdict is flagged LOW_CONFIDENCE, where"
              + " neither label set nor calibration says.");
  static final Setting<Double> SUSPICION_THRESHOLD =
      Setting.optional(
          "policy.suspicion-threshold",
          ValueType.decimal(0, 1e6),
          "the rule's",
          "Suspicion score from which an image is flagged SUSPECTED_ADVERSARIAL.");
  static final Setting<Boolean> ALLOW_UNKNOWN_WORDS =
      Setting.of(
          "policy.allow-unknown-words",
          ValueType.bool(),
          false,
          "Score prompts with words the model's text encoder never saw, instead of refusing the"
              + " label set.");

  static final Setting<ViewDecision> VIEW_DECISION =
      Setting.of(
          "policy.view-decision",
          ValueType.choice(ViewDecision.class),
          ViewDecision.WORST,
          "How an image and its views decide: worst lets any view on which a REVIEW or BLOCK label"
              + " decides raise the decision, first asks the image alone, mean the mean of the"
              + " scores.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public PolicyConfig {
    LOW_CONFIDENCE_SCORE.check(lowConfidenceScore);
    LOW_CONFIDENCE_MARGIN.check(lowConfidenceMargin);
    suspicionThreshold.ifPresent(SUSPICION_THRESHOLD::check);
  }

  PolicyConfig withoutCalibration() {
    return new PolicyConfig(
        labels,
        Optional.empty(),
        lowConfidenceScore,
        lowConfidenceMargin,
        suspicionThreshold,
        allowUnknownWords,
        viewDecision);
  }

  static List<Setting<?>> settings() {
    return List.of(
        LABELS,
        CALIBRATION,
        LOW_CONFIDENCE_SCORE,
        LOW_CONFIDENCE_MARGIN,
        SUSPICION_THRESHOLD,
        ALLOW_UNKNOWN_WORDS,
        VIEW_DECISION);
  }

  static PolicyConfig from(Values values) {
    return new PolicyConfig(
        values.find(LABELS),
        values.find(CALIBRATION),
        values.get(LOW_CONFIDENCE_SCORE),
        values.get(LOW_CONFIDENCE_MARGIN),
        values.find(SUSPICION_THRESHOLD),
        values.get(ALLOW_UNKNOWN_WORDS),
        values.get(VIEW_DECISION));
  }
}
