package io.clipure.stream.clip;

import java.util.List;

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

  /**
   * Thresholds measured for a bundle.
   *
   * @param id id stamped on verdicts
   * @param lowConfidenceScore top score below which a verdict is low-confidence; null: not given
   * @param lowConfidenceMargin margin below which a verdict is low-confidence; null: not given
   * @param suspicionThreshold suspicion score from which an image is flagged; null: not given
   */
  public record Calibration(
      String id,
      Double lowConfidenceScore,
      Double lowConfidenceMargin,
      Double suspicionThreshold) {}
}
