package io.clipure.stream.clip;

import java.util.List;
import java.util.Map;

/**
 * What the rest of the service must know of a verified model bundle.
 *
 * @param name name of the bundle
 * @param digest SHA-256 (hex) of the manifest, which pins every file
 * @param imageSize side of the square encoder input, pixels
 * @param dimension embedding width
 * @param logitScale multiplier of the cosine before softmax, already exponentiated
 * @param anchor unit embedding of the blank prompt {@code [dimension]}
 * @param templates prompt templates of the bundle, each with one {@code {}}
 * @param calibration thresholds measured for this bundle; null if uncalibrated
 */
public record ModelInfo(
    String name,
    String digest,
    int imageSize,
    int dimension,
    double logitScale,
    float[] anchor,
    List<String> templates,
    Calibration calibration) {

  /** The same model under another calibration; null: uncalibrated. */
  public ModelInfo withCalibration(Calibration other) {
    return new ModelInfo(name, digest, imageSize, dimension, logitScale, anchor, templates, other);
  }

  /**
   * Figures measured for a bundle on images.
   *
   * @param id id stamped on verdicts
   * @param lowConfidenceScore top score below which a verdict is low-confidence; null: not given
   * @param lowConfidenceMargin margin below which a verdict is low-confidence; null: not given
   * @param suspicionThreshold suspicion score from which an image is flagged; null: not given
   * @param temperature what logits are divided by before softmax; 1: as trained
   * @param labelThresholds thresholds of labels by id, in force where the label set has none
   * @param suspicion how signals make a suspicion score; null: the rule's own
   */
  public record Calibration(
      String id,
      Double lowConfidenceScore,
      Double lowConfidenceMargin,
      Double suspicionThreshold,
      double temperature,
      Map<String, Double> labelThresholds,
      SuspicionModel suspicion) {

    /** Copies. */
    public Calibration {
      labelThresholds = Map.copyOf(labelThresholds);
    }

    /** Thresholds alone. */
    public Calibration(
        String id,
        Double lowConfidenceScore,
        Double lowConfidenceMargin,
        Double suspicionThreshold) {
      this(id, lowConfidenceScore, lowConfidenceMargin, suspicionThreshold, 1, Map.of(), null);
    }
  }

  /**
   * A logistic model over named signals: score = 1 / (1 + exp(−(bias + Σ weight · (value − mean) /
   * scale))).
   *
   * @param views id of the view plan the signals were measured with; another plan gives other
   *     signals
   * @param bias constant term
   * @param signals the terms, each signal once
   */
  public record SuspicionModel(String views, double bias, List<Signal> signals) {
    /** Copies. */
    public SuspicionModel {
      signals = List.copyOf(signals);
    }

    /**
     * One term.
     *
     * @param name name of the signal
     * @param mean its mean on clean images
     * @param scale its standard deviation on clean images, above 0
     * @param weight its weight
     */
    public record Signal(String name, double mean, double scale, double weight) {}
  }
}
