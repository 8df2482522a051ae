package io.clipure.stream.audit.explain;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.policy.ViewDecision;
import java.util.List;
import java.util.Optional;

/**
 * What was found again of what made a verdict; each part may be missing.
 *
 * @param labelSet the label set of the recorded digest
 * @param confidence below which a verdict is low-confidence; empty: not found
 * @param suspicion how signals made the suspicion score; empty: not weighed, or not found
 * @param viewDecision how views make one decision, as configured now: records do not say
 * @param viewScores label scores after purification of each extra view, from its stored embedding;
 *     empty: not to be had
 */
public record Origins(
    Optional<LabelSet> labelSet,
    Optional<Confidence> confidence,
    Optional<ModelInfo.SuspicionModel> suspicion,
    ViewDecision viewDecision,
    List<double[]> viewScores) {
  /**
   * Thresholds of low confidence.
   *
   * @param score of the top score
   * @param margin of the margin
   */
  public record Confidence(double score, double margin) {}

  /** Nothing was found. */
  public static Origins unknown(ViewDecision viewDecision) {
    return new Origins(
        Optional.empty(), Optional.empty(), Optional.empty(), viewDecision, List.of());
  }

  /** Copies the list. */
  public Origins {
    viewScores = List.copyOf(viewScores);
  }
}
