package io.clipure.stream.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A verified bundle described for people, and by {@code --json} for programs.
 *
 * @param facts name and value, in the order to print
 */
public record BundleInspection(List<Fact> facts) {

  /**
   * One fact.
   *
   * @param name stable name, dotted
   * @param value the value as text
   */
  public record Fact(String name, String value) {}

  static BundleInspection of(ModelBundle bundle) {
    BundleManifest manifest = bundle.manifest();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("name", manifest.name()));
    facts.add(new Fact("format", BundleManifest.FORMAT));
    facts.add(new Fact("digest", bundle.digest()));
    facts.add(new Fact("architecture", manifest.architecture()));
    facts.add(new Fact("license", manifest.license()));
    facts.add(new Fact("provenance", manifest.provenance()));
    facts.add(new Fact("precision", manifest.precision()));
    facts.add(new Fact("embedding_dim", Integer.toString(manifest.embeddingDim())));
    facts.add(new Fact("logit_scale", Double.toString(manifest.logitScale())));
    facts.add(new Fact("image.size", Integer.toString(manifest.image().size())));
    facts.add(new Fact("image.mean", manifest.image().mean().toString()));
    facts.add(new Fact("image.std", manifest.image().std().toString()));
    facts.add(new Fact("image.resize", manifest.image().resize()));
    facts.add(new Fact("image.crop", manifest.image().crop()));
    facts.add(new Fact("text.context_length", Integer.toString(manifest.text().contextLength())));
    facts.add(
        new Fact(
            "vocabulary",
            manifest.vocabulary() == null
                ? "open (no word is reported as unknown)"
                : manifest.vocabulary().size() + " words"));
    facts.add(new Fact("templates", Integer.toString(manifest.templates().size())));
    BundleManifest.Gradient gradient = manifest.gradient();
    facts.add(
        new Fact(
            "gradient",
            gradient == null
                ? "none: attacks through the encoder need one"
                : gradient.forward() + ", " + gradient.vjp()));
    addCalibration(facts, manifest);
    manifest
        .evaluation()
        .forEach((name, value) -> facts.add(new Fact("evaluation." + name, value)));
    manifest
        .files()
        .forEach(
            (name, file) ->
                facts.add(
                    new Fact(
                        "file." + name,
                        file.bytes() + " bytes, SHA-256 " + file.sha256() + " verified")));
    return new BundleInspection(List.copyOf(facts));
  }

  private static void addCalibration(List<Fact> facts, BundleManifest manifest) {
    ModelInfo.Calibration calibration = manifest.calibration();
    if (calibration == null) {
      facts.add(new Fact("calibration", "none: thresholds have not been measured"));
      return;
    }
    facts.add(new Fact("calibration", calibration.id()));
    add(facts, "calibration.low_confidence_score", calibration.lowConfidenceScore());
    add(facts, "calibration.low_confidence_margin", calibration.lowConfidenceMargin());
    add(facts, "calibration.suspicion_threshold", calibration.suspicionThreshold());
    if (calibration.temperature() != 1) {
      add(facts, "calibration.temperature", calibration.temperature());
    }
    new TreeMap<>(calibration.labelThresholds())
        .forEach((label, threshold) -> add(facts, "calibration.threshold." + label, threshold));
    ModelInfo.SuspicionModel suspicion = calibration.suspicion();
    if (suspicion != null) {
      add(facts, "calibration.suspicion.views", suspicion.views());
      for (ModelInfo.SuspicionModel.Signal signal : suspicion.signals()) {
        add(
            facts,
            "calibration.suspicion." + signal.name(),
            "clean mean %s, standard deviation %s, weight %s"
                .formatted(signal.mean(), signal.scale(), signal.weight()));
      }
    }
    add(facts, "calibration.note", manifest.calibrationNote());
  }

  private static void add(List<Fact> facts, String name, Object value) {
    if (value != null) {
      facts.add(new Fact(name, value.toString()));
    }
  }
}
