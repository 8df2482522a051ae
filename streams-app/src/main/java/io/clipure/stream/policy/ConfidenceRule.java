package io.clipure.stream.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The LOW_CONFIDENCE flag: the best score, or its margin over the second best, is below its
 * threshold, or the decision stands only because the top label is below its own. It does not change
 * the decision.
 */
final class ConfidenceRule {
  private static final String SCORE = "score";
  private static final String MARGIN = "margin";
  private static final String LABEL_THRESHOLD = "label-threshold";

  private final List<Label> labels;
  private final Thresholds thresholds;

  ConfidenceRule(List<Label> labels, Thresholds thresholds) {
    this.labels = labels;
    this.thresholds = thresholds;
  }

  /**
   * The flag with the figures that crossed a threshold; empty: confident.
   *
   * @param scores of the image itself
   * @param decision in force
   * @param deciding the scores it was made on
   */
  Optional<Verdict.Flag> flag(double[] scores, DecisionRule.Decision decision, double[] deciding) {
    int top = Scores.top(scores);
    double margin = Scores.margin(scores, top);
    List<String> reasons = new ArrayList<>(3);
    List<String> causes = new ArrayList<>(3);
    if (scores[top] < thresholds.lowConfidenceScore()) {
      causes.add(SCORE);
      reasons.add(
          String.format(
              Locale.ROOT,
              "top label %s scored %.4f, below %.4f",
              labels.get(top).id(),
              scores[top],
              thresholds.lowConfidenceScore()));
    }
    if (labels.size() > 1 && margin < thresholds.lowConfidenceMargin()) {
      causes.add(MARGIN);
      reasons.add(
          String.format(
              Locale.ROOT,
              "margin of %s over %s is %.4f, below %.4f",
              labels.get(top).id(),
              labels.get(Scores.second(scores, top)).id(),
              margin,
              thresholds.lowConfidenceMargin()));
    }
    if (decision.doubtful()) {
      causes.add(LABEL_THRESHOLD);
      reasons.add(
          String.format(
              Locale.ROOT,
              "top label %s scored %.4f, below its own threshold %.4f",
              labels.get(decision.label()).id(),
              deciding[decision.label()],
              labels.get(decision.label()).threshold()));
    }
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Verdict.Flag(Verdict.FlagKind.LOW_CONFIDENCE, String.join("; ", reasons), causes));
  }
}
