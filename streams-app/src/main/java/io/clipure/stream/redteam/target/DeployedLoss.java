package io.clipure.stream.redteam.target;

import io.clipure.stream.policy.ScoreModel;
import io.clipure.stream.policy.ViewDecision;
import java.util.ArrayList;
import java.util.List;

/**
 * Losses over an image and the views of one draw, with gradients into each view. Losses of logits
 * are their mean over image and views; DECISION is
 *
 * <pre>
 *   −max(M, −slack) − λ·max(S, −slack)
 * </pre>
 *
 * <p>where M is the margin of the decision over views (the worst view's, the image's or the mean
 * scores', as deployed) and S the excess of suspicion; for a label that is not moderated, −M of the
 * image alone.
 */
final class DeployedLoss {
  private final Objective objective;
  private final ViewDecision viewDecision;
  private final Suspicion suspicion;
  private final DeployedSettings settings;

  DeployedLoss(ScoreModel model, Objective objective, DeployedSettings settings) {
    this.objective = objective;
    this.viewDecision = model.viewDecision();
    this.suspicion = new Suspicion(model);
    this.settings = settings;
  }

  /** Loss and the larger of M and S, not below 0 where the deployment holds. */
  record Value(double loss, double margin) {}

  /** Evaluates one draw; gradients times {@code scale} are left in the views. */
  Value of(Loss loss, List<ViewGradient> views, Goal goal, double scale) {
    int label = goal.victim().label();
    boolean decided = loss == Loss.DECISION;
    if (!objective.moderation(label)) {
      double margin = imageMargin(views.get(0), label, decided ? -scale : 0);
      return new Value(decided ? -margin : mean(loss, views, goal, scale), margin);
    }
    double margin = margin(views, label, 0);
    double excess = suspicion.excess(views, 0);
    double worse = Math.max(margin, excess);
    if (!decided) {
      return new Value(mean(loss, views, goal, scale), worse);
    }
    if (margin > -settings.slack()) {
      margin(views, label, -scale);
    }
    if (excess > -settings.slack()) {
      suspicion.excess(views, -scale * settings.suspicionWeight());
    }
    return new Value(
        -Math.max(margin, -settings.slack())
            - settings.suspicionWeight() * Math.max(excess, -settings.slack()),
        worse);
  }

  private double mean(Loss loss, List<ViewGradient> views, Goal goal, double scale) {
    boolean[] own = objective.own(goal.victim().label());
    double sum = 0;
    for (ViewGradient view : views) {
      double[] logits = view.scored().logits();
      double[] gradient = new double[logits.length];
      sum += LogitLoss.of(loss, logits, own, goal.aim(), gradient);
      view.addLogits(gradient, scale / views.size());
    }
    return sum / views.size();
  }

  private double margin(List<ViewGradient> views, int label, double scale) {
    if (viewDecision == ViewDecision.MEAN) {
      return meanMargin(views, label, scale);
    }
    double margin = imageMargin(views.get(0), label, 0);
    ViewGradient worst = views.get(0);
    if (viewDecision == ViewDecision.WORST) {
      for (ViewGradient view : views.subList(1, views.size())) {
        double other = objective.viewMargin(view.scored().logits(), label, null);
        if (other > margin) {
          margin = other;
          worst = view;
        }
      }
    }
    if (scale != 0) {
      double[] gradient = new double[worst.scores().length];
      if (worst == views.get(0)) {
        objective.margin(worst.scored().logits(), label, gradient);
      } else {
        objective.viewMargin(worst.scored().logits(), label, gradient);
      }
      worst.addLogits(gradient, scale);
    }
    return margin;
  }

  private double imageMargin(ViewGradient image, int label, double scale) {
    double[] gradient = scale == 0 ? null : new double[image.scores().length];
    double margin = objective.margin(image.scored().logits(), label, gradient);
    if (gradient != null) {
      image.addLogits(gradient, scale);
    }
    return margin;
  }

  /** On logits log(mean of scores), whose gradient by a view's score is 1 / (views · mean). */
  private double meanMargin(List<ViewGradient> views, int label, double scale) {
    int classes = views.get(0).scores().length;
    double[] mean = new double[classes];
    for (ViewGradient view : views) {
      for (int k = 0; k < classes; k++) {
        mean[k] += view.scores()[k] / views.size();
      }
    }
    double[] logits = new double[classes];
    for (int k = 0; k < classes; k++) {
      logits[k] = Math.log(Math.max(mean[k], Double.MIN_NORMAL));
    }
    double[] gradient = new double[classes];
    double margin = objective.margin(logits, label, gradient);
    if (scale != 0) {
      for (ViewGradient view : views) {
        for (int k = 0; k < classes; k++) {
          double by = mean[k] > Double.MIN_NORMAL ? gradient[k] / (views.size() * mean[k]) : 0;
          view.byScore()[k] += scale * by;
        }
      }
    }
    return margin;
  }

  /**
   * View gradients of fresh passes through a head.
   *
   * @param purified by the device, one an embedding; null: by the head
   */
  static List<ViewGradient> views(
      ExactHead head, List<float[]> embeddings, List<float[]> purified) {
    List<ViewGradient> views = new ArrayList<>(embeddings.size());
    for (int i = 0; i < embeddings.size(); i++) {
      views.add(
          new ViewGradient(
              head.forward(embeddings.get(i), purified == null ? null : purified.get(i))));
    }
    return views;
  }
}
