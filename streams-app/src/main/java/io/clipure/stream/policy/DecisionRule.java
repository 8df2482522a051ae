package io.clipure.stream.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns scores into a decision that one label answers for. A label comes to decide in one of these
 * ways:
 *
 * <ol>
 *   <li><b>threshold</b>: its score reaches its threshold;
 *   <li><b>family</b>: it is the strongest of its family (the labels with its group and action) and
 *       the family's summed score reaches its threshold, so that a pistol, a revolver and a rifle
 *       that share the probability do not slip through one by one;
 *   <li><b>top</b>: it has the best score of all and no threshold;
 *   <li><b>majority</b>: REVIEW and BLOCK labels that together hold at least half of the
 *       probability ("more likely than not this needs at least a review"; the same for BLOCK alone)
 *       decide although a harmless label is on top; the strongest of them answers, and if it has a
 *       threshold, the sum must reach that too.
 * </ol>
 *
 * <p>Of all that decide, the most severe action wins, then the better score. A top label that
 * decides in none of these ways is below its own threshold: nobody is sure, so it counts as REVIEW
 * and, if nothing outweighs it, the verdict is marked {@link Decision#doubtful()}. A label can thus
 * raise severity but never lower what another has decided.
 */
final class DecisionRule {
  private static final double MAJORITY = 0.5;

  private static final Comparator<Decision> SEVERITY =
      Comparator.comparing(Decision::action).thenComparing(decision -> !decision.doubtful());

  /**
   * A decision.
   *
   * @param action what happens to the image
   * @param label index of the label that answers for it
   * @param doubtful whether it is REVIEW only because the top label is below its threshold
   */
  record Decision(Action action, int label, boolean doubtful) {}

  private final List<Label> labels;

  /** Family of each label: families are numbered from 0. */
  private final int[] family;

  private final int families;

  DecisionRule(List<Label> labels) {
    this.labels = List.copyOf(labels);
    this.family = new int[labels.size()];
    Map<List<Object>, Integer> numbers = new HashMap<>();
    for (int k = 0; k < family.length; k++) {
      List<Object> key = List.of(labels.get(k).group(), labels.get(k).action());
      Integer next = numbers.size();
      family[k] = numbers.computeIfAbsent(key, unseen -> next);
    }
    this.families = numbers.size();
  }

  /** Decides; {@code scores} are in the order of the labels. */
  Decision decide(double[] scores) {
    double[] evidence = evidence(scores);
    int top = Scores.top(scores);
    Decision best =
        decides(top, top, evidence)
            ? new Decision(labels.get(top).action(), top, false)
            : new Decision(Action.REVIEW, top, true);
    for (int k = 0; k < scores.length; k++) {
      if (decides(k, top, evidence)) {
        best = graver(best, new Decision(labels.get(k).action(), k, false), scores);
      }
    }
    best = majority(Action.REVIEW, best, scores);
    return majority(Action.BLOCK, best, scores);
  }

  /** Each label's score, or the sum of its family for the strongest of a family. */
  private double[] evidence(double[] scores) {
    double[] sum = new double[families];
    int[] strongest = new int[families];
    Arrays.fill(strongest, -1);
    for (int k = 0; k < scores.length; k++) {
      int f = family[k];
      sum[f] += scores[k];
      if (strongest[f] < 0 || scores[k] > scores[strongest[f]]) {
        strongest[f] = k;
      }
    }
    double[] evidence = scores.clone();
    for (int f = 0; f < families; f++) {
      evidence[strongest[f]] = sum[f];
    }
    return evidence;
  }

  private boolean decides(int k, int top, double[] evidence) {
    Double threshold = labels.get(k).threshold();
    return threshold == null ? k == top : evidence[k] >= threshold;
  }

  private Decision majority(Action atLeast, Decision best, double[] scores) {
    double sum = 0;
    int strongest = -1;
    for (int k = 0; k < scores.length; k++) {
      if (labels.get(k).action().compareTo(atLeast) >= 0) {
        sum += scores[k];
        if (strongest < 0 || scores[k] > scores[strongest]) {
          strongest = k;
        }
      }
    }
    if (strongest < 0) {
      return best;
    }
    Double threshold = labels.get(strongest).threshold();
    double required = threshold == null ? MAJORITY : Math.max(MAJORITY, threshold);
    return sum >= required ? graver(best, new Decision(atLeast, strongest, false), scores) : best;
  }

  /** The more severe; if equal the firm one, then the better score, then the earlier. */
  private static Decision graver(Decision best, Decision other, double[] scores) {
    int order = SEVERITY.compare(other, best);
    return order > 0 || (order == 0 && scores[other.label()] > scores[best.label()]) ? other : best;
  }
}
