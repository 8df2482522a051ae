package io.clipure.stream.app;

import io.clipure.stream.clip.CalibrationFile;
import io.clipure.stream.clip.CalibrationFiles;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.LabelSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A calibration file put in the place of a bundle's calibration.
 *
 * @param model the bundle's model with the file's figures
 * @param warnings where the file was measured under other circumstances, one line each
 */
record CalibrationInForce(ModelInfo model, List<String> warnings) {

  /**
   * Reads the file.
   *
   * @param model the model of the bundle
   * @param labelSet the label set in force
   * @param purifier id of the purifier
   * @param views id of the view plan; another key draws other views, but of the same kind
   * @throws io.clipure.stream.clip.BundleException if the file is not whole
   * @throws RefusedException if it was made for another bundle
   */
  static CalibrationInForce of(
      Path path, ModelInfo model, LabelSet labelSet, String purifier, String views) {
    CalibrationFile file = CalibrationFiles.read(path);
    CalibrationFile.MadeFor madeFor = file.madeFor();
    if (!madeFor.modelDigest().equals(model.digest())) {
      throw new RefusedException(
          "policy.calibration: %s was made for bundle %s with digest %s, but model.bundle is %s with"
                  .formatted(path, madeFor.model(), madeFor.modelDigest(), model.name())
              + " digest %s; calibrate this bundle".formatted(model.digest()));
    }
    List<String> warnings = new ArrayList<>();
    if (!madeFor.labelSetDigest().equals(labelSet.digest())) {
      warnings.add(
          "under label set %s (%s), but %s (%s) is in force"
              .formatted(
                  madeFor.labelSet(),
                  brief(madeFor.labelSetDigest()),
                  labelSet.name(),
                  brief(labelSet.digest())));
    }
    differs(warnings, "with the purifier", madeFor.purifier(), purifier);
    differs(warnings, "with the views", madeFor.views(), views);
    return new CalibrationInForce(
        model.withCalibration(file.calibration()),
        warnings.stream()
            .map(
                warning ->
                    "calibration %s was measured %s: its thresholds may not hold; calibrate again"
                        .formatted(file.stamp(), warning))
            .toList());
  }

  private static void differs(List<String> warnings, String what, String then, String now) {
    if (!then.equals(now)) {
      warnings.add("%s %s, but now it is %s".formatted(what, then, now));
    }
  }

  private static String brief(String digest) {
    return digest.substring(0, 12);
  }
}
