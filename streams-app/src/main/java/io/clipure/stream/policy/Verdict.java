package io.clipure.stream.policy;

import io.clipure.stream.purify.PlanarRotation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The judgement on one image: a pure function of its embeddings, the bundle and the label set. Top
 * label, scores and purification are those of the image itself.
 *
 * @param decision what happens to the image
 * @param decidedBy id of the label that made the decision, on the image or on one of its views
 * @param topLabel id of the label with the best score after purification
 * @param topScore its score
 * @param margin top score minus the second best
 * @param scores every label's score, in label-set order
 * @param flags why a person should look; empty: none
 * @param suspicion how much it looks like an attack
 * @param purifier id of the purifier
 * @param purification what purification did
 * @param topLabelChanged whether purification changed the top label
 * @param labelSet the label set that was in force
 * @param views what the extra views say, in the order they were drawn; empty: seen once
 */
public record Verdict(
    Action decision,
    String decidedBy,
    String topLabel,
    double topScore,
    double margin,
    List<LabelScore> scores,
    List<Flag> flags,
    Suspicion suspicion,
    String purifier,
    PlanarRotation purification,
    boolean topLabelChanged,
    LabelSet labelSet,
    List<SeenView> views) {

  /** Copies the lists. */
  public Verdict {
    scores = List.copyOf(scores);
    flags = List.copyOf(flags);
    views = List.copyOf(views);
  }

  /**
   * One extra view.
   *
   * @param topLabel id of its label with the best score after purification
   * @param topScore that score
   * @param decision what would have been decided on it alone
   * @param totalVariation between its scores and the image's, 0..1
   */
  public record SeenView(
      String topLabel, double topScore, Action decision, double totalVariation) {}

  /**
   * One label's score.
   *
   * @param label the label
   * @param score after purification, 0..1
   * @param scoreBefore before purification, 0..1
   */
  public record LabelScore(Label label, double score, double scoreBefore) {}

  /** Kinds of doubt. */
  public enum FlagKind {
    LOW_CONFIDENCE,
    SUSPECTED_ADVERSARIAL
  }

  /**
   * A flag.
   *
   * @param kind kind of doubt
   * @param reason one sentence with the figures that crossed a threshold
   * @param causes what crossed it, for counting: {@code score}, {@code margin} and {@code
   *     label-threshold} of low confidence, one of {@link SuspicionSignals#NAMES} or {@link
   *     SuspicionSignals#COMBINED} of suspicion
   */
  public record Flag(FlagKind kind, String reason, List<String> causes) {
    /** Copies. */
    public Flag {
      causes = List.copyOf(causes);
    }
  }

  /**
   * Result of a suspicion rule.
   *
   * @param rule id of the rule
   * @param score the score; its scale belongs to the rule
   * @param threshold score from which the image is flagged
   * @param signals named signals behind the score
   */
  public record Suspicion(
      String rule, double score, double threshold, Map<String, Double> signals) {
    /** Copies the signals, sorted by name so that output does not vary from run to run. */
    public Suspicion {
      signals = Collections.unmodifiableMap(new TreeMap<>(signals));
    }

    /** Whether the image is to be flagged. */
    public boolean flagged() {
      return score >= threshold;
    }
  }

  /** Whether the verdict carries a flag of this kind. */
  public boolean has(FlagKind kind) {
    return flags.stream().anyMatch(flag -> flag.kind() == kind);
  }
}
