package io.clipure.stream.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Turns scores into a decision that one label answers for. An action is decided in these ways:
 *
 * <ol>
 *   <li><b>threshold</b>: a label's score reaches its threshold;
 *   <li><b>family</b>: the labels of the same group and action whose thresholds are no higher
 *       together reach that threshold, so that a pistol, a revolver and a rifle that share the
 *       probability do not slip through one by one;
 *   <li><b>top</b>: the label with the best score of all has no threshold;
 *   <li><b>majority</b>: REVIEW and BLOCK labels together hold at least half of the probability
 *       ("more likely than not this needs at least a review") although a harmless label is on top;
 *       the same for BLOCK labels alone. Labels whose threshold asks for more than half do not
 *       count.
 * </ol>
 *
 * <p>The strongest of the labels that decide together answers. Of all that is decided the most
 * severe action wins, then the better score. A top label that decides nothing is below its own
 * threshold: nobody is sure, so it counts as REVIEW and, if nothing outweighs it, the verdict is
 * marked {@link Decision#doubtful()}. A label can thus raise severity, never lower what others have
 * decided.
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

  /** Labels that decide an action when their scores together reach what is required. */
  private record Coalition(
      DecisionTrail.Rule rule, Action action, int[] members, double required) {}

  private final List<Label> labels;
  private final List<Coalition> coalitions = new ArrayList<>();

  DecisionRule(List<Label> labels) {
    this.labels = List.copyOf(labels);
    for (Label label : labels) {
      if (label.threshold() != null) {
        Predicate<Label> family =
            other ->
                other.action() == label.action()
                    && other.group().equals(label.group())
                    && other.threshold() != null
                    && other.threshold() <= label.threshold();
        coalitions.add(
            new Coalition(
                DecisionTrail.Rule.THRESHOLD, label.action(), members(family), label.threshold()));
      }
    }
    for (Action action : List.of(Action.REVIEW, Action.BLOCK)) {
      Predicate<Label> harmful =
          label ->
              label.action().compareTo(action) >= 0
                  && (label.threshold() == null || label.threshold() <= MAJORITY);
      int[] members = members(harmful);
      if (members.length > 0) {
        coalitions.add(new Coalition(DecisionTrail.Rule.MAJORITY, action, members, MAJORITY));
      }
    }
  }

  /** Decides; {@code scores} are in the order of the labels. */
  Decision decide(double[] scores) {
    int top = Scores.top(scores);
    Double threshold = labels.get(top).threshold();
    Decision best =
        threshold == null || scores[top] >= threshold
            ? new Decision(labels.get(top).action(), top, false)
            : new Decision(Action.REVIEW, top, true);
    for (Coalition coalition : coalitions) {
      if (sum(coalition, scores) >= coalition.required()) {
        int strongest = strongest(coalition, scores);
        best = graver(best, new Decision(coalition.action(), strongest, false), scores);
      }
    }
    return best;
  }

  private static double sum(Coalition coalition, double[] scores) {
    double sum = 0;
    for (int member : coalition.members()) {
      sum += scores[member];
    }
    return sum;
  }

  private static int strongest(Coalition coalition, double[] scores) {
    int strongest = coalition.members()[0];
    for (int member : coalition.members()) {
      if (scores[member] > scores[strongest]) {
        strongest = member;
      }
    }
    return strongest;
  }

  /** Every way to a decision, for people: the top label's first, then in the order of deciding. */
  List<DecisionTrail.Step> steps(double[] scores) {
    List<DecisionTrail.Step> steps = new ArrayList<>();
    int top = Scores.top(scores);
    int second = Scores.second(scores, top);
    Double threshold = labels.get(top).threshold();
    if (threshold == null) {
      steps.add(top(top, scores, second < 0 ? 0 : scores[second], true));
    } else if (scores[top] >= threshold) {
      steps.add(
          step(
              DecisionTrail.Rule.THRESHOLD,
              labels.get(top).action(),
              top,
              new int[] {top},
              scores[top],
              threshold,
              true));
    } else {
      steps.add(
          step(
              DecisionTrail.Rule.DOUBTFUL,
              Action.REVIEW,
              top,
              new int[] {top},
              scores[top],
              threshold,
              true));
    }
    for (Coalition coalition : coalitions) {
      steps.add(step(coalition, scores));
    }
    for (int k = 0; k < scores.length; k++) {
      if (k != top && labels.get(k).threshold() == null) {
        steps.add(top(k, scores, scores[top], false));
      }
    }
    return steps;
  }

  private DecisionTrail.Step top(int label, double[] scores, double best, boolean met) {
    return step(
        DecisionTrail.Rule.TOP,
        labels.get(label).action(),
        label,
        new int[] {label},
        scores[label],
        best,
        met);
  }

  private DecisionTrail.Step step(Coalition coalition, double[] scores) {
    double sum = sum(coalition, scores);
    int strongest = strongest(coalition, scores);
    boolean together =
        coalition.rule() == DecisionTrail.Rule.THRESHOLD
            && coalition.members().length > 1
            && scores[strongest] < coalition.required();
    return step(
        together ? DecisionTrail.Rule.FAMILY : coalition.rule(),
        coalition.action(),
        strongest,
        coalition.members(),
        sum,
        coalition.required(),
        sum >= coalition.required());
  }

  private DecisionTrail.Step step(
      DecisionTrail.Rule rule,
      Action action,
      int label,
      int[] members,
      double reached,
      double required,
      boolean met) {
    return new DecisionTrail.Step(
        rule,
        action,
        labels.get(label).id(),
        IntStream.of(members).mapToObj(k -> labels.get(k).id()).toList(),
        reached,
        required,
        met);
  }

  private int[] members(Predicate<Label> wanted) {
    return IntStream.range(0, labels.size()).filter(k -> wanted.test(labels.get(k))).toArray();
  }

  /** The more severe; if equal the firm one, then the better score, then the earlier. */
  private static Decision graver(Decision best, Decision other, double[] scores) {
    int order = SEVERITY.compare(other, best);
    boolean stronger = scores[other.label()] > scores[best.label()];
    return order > 0 || (order == 0 && stronger) ? other : best;
  }
}
