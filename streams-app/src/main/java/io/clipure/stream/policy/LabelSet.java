package io.clipure.stream.policy;

import java.util.List;

/**
 * A validated label set; {@link LabelSets} makes them.
 *
 * @param name name of the set
 * @param description for people
 * @param digest SHA-256 (hex) of the canonical content
 * @param templates prompt templates; empty: the bundle's
 * @param labels the labels, in file order
 * @param lowConfidenceScore top score below which a verdict is low-confidence; null: not given
 * @param lowConfidenceMargin margin below which a verdict is low-confidence; null: not given
 * @param calibrated whether the thresholds were measured
 */
public record LabelSet(
    String name,
    String description,
    String digest,
    List<String> templates,
    List<Label> labels,
    Double lowConfidenceScore,
    Double lowConfidenceMargin,
    boolean calibrated) {
  /** Copies the lists. */
  public LabelSet {
    templates = List.copyOf(templates);
    labels = List.copyOf(labels);
  }
}
