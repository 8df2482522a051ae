package io.clipure.stream.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a decision follows from scores: every way in which {@link DecisionRule} could have decided,
 * how far each was reached, and the one that decided. For people; judging does not come by here.
 *
 * @param steps all ways, the top label's first
 * @param deciding the one that decided, one of them
 */
public record DecisionTrail(List<Step> steps, Step deciding) {

  /** Copies the list. */
  public DecisionTrail {
    steps = List.copyOf(steps);
  }

  /** In what way an action is decided. */
  public enum Rule {
    /** The label has no threshold and the best score of all; required is the best other score. */
    TOP,
    /** The label has the best score of all and is below its own threshold: nobody is sure. */
    DOUBTFUL,
    /** The label's score reaches its threshold. */
    THRESHOLD,
    /** Labels of one group and action reach the threshold of one of them together. */
    FAMILY,
    /** Labels that ask for at least this action hold half of the probability together. */
    MAJORITY
  }

  /**
   * One way.
   *
   * @param action what it decides
   * @param label id of the label that answers for it
   * @param members ids of the labels whose scores are added up, the answering one included
   * @param reached their sum
   * @param required from which sum it decides; for {@link Rule#DOUBTFUL}, below which
   * @param met whether it decides
   */
  public record Step(
      Rule rule,
      Action action,
      String label,
      List<String> members,
      double reached,
      double required,
      boolean met) {
    /** Copies the list. */
    public Step {
      members = List.copyOf(members);
    }

    /** Whether this sum cannot fall below what it takes without the other one falling too. */
    private boolean covers(Step other) {
      boolean wider = members.containsAll(other.members) && required <= other.required;
      boolean equal = other.members.containsAll(members) && required == other.required;
      return rule != Rule.TOP
          && other.rule != Rule.TOP
          && wider
          && (!equal || rule.compareTo(other.rule) < 0);
    }

    /** How far the sum is from what is required, never negative. */
    public double by() {
      return Math.abs(reached - required);
    }
  }

  /**
   * Follows the rule.
   *
   * @param labels with the thresholds in force
   * @param scores after purification, in their order
   */
  public static DecisionTrail of(List<Label> labels, double[] scores) {
    List<Step> steps = new DecisionRule(labels).steps(scores);
    Step best = steps.get(0);
    for (Step step : steps.subList(1, steps.size())) {
      best = step.met() && graver(best, step, labels, scores) ? step : best;
    }
    return new DecisionTrail(steps, best);
  }

  private static boolean graver(Step best, Step other, List<Label> labels, double[] scores) {
    int order = other.action().compareTo(best.action());
    if (order == 0) {
      order = Boolean.compare(best.rule() == Rule.DOUBTFUL, other.rule() == Rule.DOUBTFUL);
    }
    return order > 0 || (order == 0 && score(other, labels, scores) > score(best, labels, scores));
  }

  private static double score(Step step, List<Label> labels, double[] scores) {
    for (int k = 0; k < scores.length; k++) {
      if (labels.get(k).id().equals(step.label())) {
        return scores[k];
      }
    }
    throw new IllegalStateException("no label " + step.label());
  }

  /** What would have to be reached for this action and came nearest; empty: nothing could. */
  public Optional<Step> nearest(Action action) {
    return steps.stream()
        .filter(step -> !step.met() && step.action() == action)
        .min(Comparator.comparingDouble(Step::by));
  }

  /** What would have to fall for anything milder to be decided. */
  public List<Step> inTheWayOfMilder() {
    List<Step> met =
        steps.stream()
            .filter(step -> step.met() && step.action().compareTo(deciding.action()) >= 0)
            .distinct()
            .toList();
    return met.stream()
        .filter(step -> met.stream().noneMatch(other -> other != step && other.covers(step)))
        .toList();
  }
}
