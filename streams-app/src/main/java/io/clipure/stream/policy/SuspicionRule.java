package io.clipure.stream.policy;

import java.util.Map;
import java.util.function.Supplier;

/**
 * How much an image looks like an attack. Thread-safe, pure. The threshold is not the rule's to
 * keep: it comes from the operator's settings, the bundle's calibration or, failing both, {@link
 * #defaultThreshold()}.
 */
public interface SuspicionRule {
  /** Id with version, for provenance: scores of different ids must not be compared. */
  String id();

  /** Score from which an image is flagged when nothing was configured or calibrated. */
  double defaultThreshold();

  /** Assesses one image. */
  Assessment assess(SuspicionEvidence evidence);

  /**
   * What a rule found.
   *
   * @param score the score; its scale belongs to the rule
   * @param signals the signals behind it, by name
   * @param explanation which signals made the score and by how much, for a flag's reason; may be
   *     empty. Most images are not flagged, and putting figures into words costs more than judging
   */
  record Assessment(double score, Map<String, Double> signals, Supplier<String> explanation) {
    /** Copies the signals. */
    public Assessment {
      signals = Map.copyOf(signals);
    }
  }
}
