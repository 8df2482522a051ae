package io.clipure.stream.app;

import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.views.KeyedViews;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is calibrated: a model with label set, purifier and views, and judges of it under any
 * calibration.
 *
 * @param model the model, with the calibration in force
 * @param labelSet the label set in force
 * @param purifier id of the purifier
 * @param views the views that images come with
 * @param judges a judge under a calibration; null: none
 * @param thresholdConfigured whether the configuration has a suspicion threshold of its own
 */
record CalibrationBench(
    ModelInfo model,
    LabelSet labelSet,
    String purifier,
    KeyedViews views,
    Function<ModelInfo.Calibration, ClipJudge> judges,
    boolean thresholdConfigured) {

  /** A judge under the calibration in force. */
  ClipJudge judge() {
    return judges.apply(model.calibration());
  }

  /** A judge under another one. */
  ClipJudge judge(ModelInfo.Calibration calibration) {
    return judges.apply(calibration);
  }

  /** The calibration in force, if there is one. */
  Optional<ModelInfo.Calibration> calibration() {
    return Optional.ofNullable(model.calibration());
  }

  /** What figures measured here hold for. */
  CalibrationFile.MadeFor madeFor() {
    return new CalibrationFile.MadeFor(
        model.name(),
        model.digest(),
        labelSet.name(),
        labelSet.digest(),
        purifier,
        views.plan().id(),
        views.plan().extraViews() == 0 ? null : views.keyId());
  }
}
