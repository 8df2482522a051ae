package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.policy.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Verdicts that the service has written, as a sample: scores and signals without any image. Only
 * verdicts of the very configuration in force can be compared with what it would say now.
 */
final class CalibrationRecords {
  private CalibrationRecords() {}

  /** The newest records of a topic of labelled images. */
  static CalibrationSample.Recorded topic(
      AppConfig config, CalibrationBench bench, LiveLine live, String topic, int most) {
    // Any embedding tells what is in force.
    Verdict any = bench.judge().judge(bench.model().anchor());
    String views = bench.views().plan().id();
    List<CalibrationFigures> figures = new ArrayList<>();
    CalibrationSample.Skipped skipped = new CalibrationSample.Skipped();
    try (Deserializer<LabelledImage> labelled =
        Clients.serdes(config).labelledImage().deserializer()) {
      NewestRecords.each(
          config,
          topic,
          most,
          record -> {
            try {
              LabelledImage image =
                  labelled.deserialize(record.topic(), record.headers(), record.value());
              String reason = reasonToSkip(image, bench.model(), views, any);
              if (reason == null) {
                figures.add(CalibrationFigures.of(image));
              } else {
                skipped.add(reason);
              }
            } catch (SerializationException e) {
              skipped.add("records that are no labelled image");
            }
            live.show(figures.size(), most, "verdicts read");
            return figures.size() < most;
          });
    }
    live.clear();
    if (figures.isEmpty()) {
      throw new RefusedException(
          "topic %s: no verdict of the configuration in force (%s); let the service label some"
                  .formatted(topic, skipped.counts())
              + " images first, or calibrate on the images themselves");
    }
    return new CalibrationSample.Recorded("verdicts of topic " + topic, figures, skipped.counts());
  }

  private static String reasonToSkip(
      LabelledImage image, ModelInfo model, String views, Verdict inForce) {
    if (image == null) {
      return "records without a value";
    }
    Provenance provenance = image.getProvenance();
    if (!provenance.getModelDigest().equals(model.digest())) {
      return "verdicts of another model";
    }
    if (!provenance.getLabelSetDigest().equals(inForce.labelSet().digest())) {
      return "verdicts under another label set";
    }
    String calibration = model.calibration() == null ? null : model.calibration().id();
    if (!Objects.equals(provenance.getCalibrationId(), calibration)) {
      return "verdicts under another calibration";
    }
    if (!image.getSuspicion().getRule().equals(inForce.suspicion().rule())) {
      return "verdicts under another suspicion rule";
    }
    if (!views.equals(provenance.getViewPlan())) {
      return "verdicts with other views";
    }
    return image.getPurification().getMethod().equals(inForce.purifier())
        ? null
        : "verdicts with another purifier";
  }
}
