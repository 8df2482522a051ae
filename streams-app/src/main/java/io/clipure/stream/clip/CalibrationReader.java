package io.clipure.stream.clip;

import static io.clipure.stream.clip.JsonFields.describe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the figures of a manifest's {@code calibration}; every field but {@code id} may be absent.
 */
final class CalibrationReader {
  private static final double MOST = 1e9;

  private CalibrationReader() {}

  /** Reads all but the note; whoever asked looks for fields that nobody knows. */
  static ModelInfo.Calibration read(JsonFields calibration) {
    Double temperature = calibration.optionalNumber("temperature", 0, 1e6);
    calibration.check(
        "temperature", temperature == null || temperature > 0, "0", "a number above 0");
    return new ModelInfo.Calibration(
        calibration.text("id"),
        calibration.optionalNumber("low_confidence_score", 0, 1),
        calibration.optionalNumber("low_confidence_margin", 0, 1),
        calibration.optionalNumber("suspicion_threshold", 0, Double.MAX_VALUE),
        temperature == null ? 1 : temperature,
        labelThresholds(calibration.optionalObject("label_thresholds")),
        suspicion(calibration.optionalObject("suspicion")));
  }

  private static Map<String, Double> labelThresholds(JsonFields labels) {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    if (labels != null) {
      labels.names().forEach(label -> thresholds.put(label, labels.number(label, 0, 1)));
    }
    return thresholds;
  }

  private static ModelInfo.SuspicionModel suspicion(JsonFields suspicion) {
    if (suspicion == null) {
      return null;
    }
    List<ModelInfo.SuspicionModel.Signal> signals = new ArrayList<>();
    for (JsonFields fields : suspicion.objects("signals")) {
      ModelInfo.SuspicionModel.Signal signal =
          new ModelInfo.SuspicionModel.Signal(
              fields.text("name"),
              fields.number("mean", -MOST, MOST),
              fields.number("scale", 0, MOST),
              fields.number("weight", -MOST, MOST));
      fields.check("scale", signal.scale() > 0, signal.scale(), "a number above 0");
      fields.check(
          "name",
          signals.stream().noneMatch(other -> other.name().equals(signal.name())),
          describe(signal.name()),
          "each signal once");
      fields.done();
      signals.add(signal);
    }
    ModelInfo.SuspicionModel model =
        new ModelInfo.SuspicionModel(
            suspicion.text("views"), suspicion.number("bias", -MOST, MOST), signals);
    suspicion.done();
    return model;
  }
}
