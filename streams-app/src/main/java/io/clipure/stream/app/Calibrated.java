package io.clipure.stream.app;

import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.policy.calibration.BinomialInterval;
import io.clipure.stream.policy.calibration.LabelThresholds;
import io.clipure.stream.policy.calibration.Reliability;
import io.clipure.stream.policy.calibration.TemperatureScaling;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished calibration with all that is to be told of it.
 *
 * @param file the calibration
 * @param evidence what it rests on
 * @param confidence of every interval
 * @param notes what the user should know, one line each
 */
record Calibrated(
    CalibrationFile file, CalibrationEvidence evidence, double confidence, List<String> notes) {

  /**
   * What true labels gave.
   *
   * @param images images whose label is known and in the set
   * @param temperature the fit; empty: none was tried
   * @param before reliability under the calibration that was in force
   * @param after reliability under the new one
   * @param labels thresholds of REVIEW and BLOCK labels, in label-set order
   */
  record Labelled(
      int images,
      Optional<TemperatureScaling.Fit> temperature,
      Diagrams before,
      Diagrams after,
      Map<String, LabelThresholds.Outcome> labels) {}

  /**
   * Reliability in both kinds of bins.
   *
   * @param accuracy share of images whose top label is the true one
   * @param width bins of equal width
   * @param mass bins of equal size
   */
  record Diagrams(double accuracy, Reliability width, Reliability mass) {}

  /**
   * Attacked images.
   *
   * @param images how many
   * @param flagged how many are flagged as suspicious
   * @param interval of that share
   * @param scores their suspicion scores
   */
  record Attacked(int images, int flagged, BinomialInterval interval, double[] scores) {}
}
