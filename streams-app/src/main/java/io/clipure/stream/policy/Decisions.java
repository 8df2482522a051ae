package io.clipure.stream.policy;

import java.util.ArrayList;
import java.util.List;

/** The decision over an image and its views; see {@link ViewDecision}. Pure. */
final class Decisions {
  private final DecisionRule rule;
  private final ViewDecision mode;

  /**
   * What was decided.
   *
   * @param decision the decision
   * @param scores the scores it was made on
   * @param perView the decision on each view by itself, the image first
   */
  record Result(
      DecisionRule.Decision decision, double[] scores, List<DecisionRule.Decision> perView) {}

  Decisions(DecisionRule rule, ViewDecision mode) {
    this.rule = rule;
    this.mode = mode;
  }

  /** Decides; {@code views} holds label scores, the image's first. */
  Result decide(List<double[]> views) {
    List<DecisionRule.Decision> perView = new ArrayList<>(views.size());
    for (double[] scores : views) {
      perView.add(rule.decide(scores));
    }
    return switch (mode) {
      case FIRST -> new Result(perView.get(0), views.get(0), perView);
      case MEAN -> {
        double[] mean = mean(views);
        yield new Result(rule.decide(mean), mean, perView);
      }
      case WORST -> {
        int worst = worst(perView);
        yield new Result(perView.get(worst), views.get(worst), perView);
      }
    };
  }

  private static int worst(List<DecisionRule.Decision> perView) {
    int worst = 0;
    for (int v = 1; v < perView.size(); v++) {
      DecisionRule.Decision view = perView.get(v);
      DecisionRule.Decision sofar = perView.get(worst);
      boolean graver = view.action().compareTo(sofar.action()) > 0;
      boolean firmer =
          view.action() == sofar.action() && view.action() != Action.ALLOW && sofar.doubtful();
      if (!view.doubtful() && (graver || firmer)) {
        worst = v;
      }
    }
    return worst;
  }

  private static double[] mean(List<double[]> views) {
    double[] mean = new double[views.get(0).length];
    for (double[] scores : views) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += scores[k] / views.size();
      }
    }
    return mean;
  }
}
