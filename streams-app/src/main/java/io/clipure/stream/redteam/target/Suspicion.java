package io.clipure.stream.redteam.target;

import io.clipure.stream.clip.ModelInfo.SuspicionModel;
import io.clipure.stream.clip.ModelInfo.SuspicionModel.Signal;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.ScoreModel;
import java.util.List;

/**
 * The deployed suspicion score as a differentiable constraint: how far an image is from being
 * flagged, with the gradient through every signal that has one. The signals are those of the policy
 * room; the two that count changed labels are steps, their gradient is zero.
 *
 * <p>The excess is in units of logits: logit(score) − logit(threshold) with a calibrated model;
 * with the uncalibrated rules, (score − threshold) / threshold. It is not below 0 exactly where the
 * image is flagged.
 */
final class Suspicion {
  private static final double CERTAIN = 1e6;

  private final ScoreModel model;
  private final boolean[] harmful;

  Suspicion(ScoreModel model) {
    this.model = model;
    this.harmful = new boolean[model.labels().size()];
    for (int k = 0; k < harmful.length; k++) {
      harmful[k] = model.labels().get(k).action() != Action.ALLOW;
    }
  }

  /** The excess at one image and its views; its gradient is added to {@code gradients}, scaled. */
  double excess(List<ViewGradient> views, double scale) {
    SuspicionModel fitted = model.suspicion();
    if (fitted == null) {
      double threshold = model.suspicionThreshold();
      double unit = Math.max(Math.abs(threshold), 1e-3);
      double score =
          views.size() == 1
              ? purificationShift(views.get(0), scale / unit)
              : signal("view-tv-mean", views, scale / unit);
      return (score - threshold) / unit;
    }
    double logit = fitted.bias();
    for (Signal signal : fitted.signals()) {
      double weight = signal.weight() / signal.scale();
      logit += weight * (signal(signal.name(), views, scale * weight) - signal.mean());
    }
    return logit - logOdds(model.suspicionThreshold());
  }

  private double signal(String name, List<ViewGradient> views, double scale) {
    ViewGradient image = views.get(0);
    int extra = views.size() - 1;
    return switch (name) {
      case "view-tv-mean" -> {
        double sum = 0;
        for (int v = 1; v <= extra; v++) {
          sum += variation(image, views.get(v), scale / extra);
        }
        yield sum / Math.max(1, extra);
      }
      case "view-tv-max" -> {
        ViewGradient furthest = null;
        double largest = 0;
        for (int v = 1; v <= extra; v++) {
          double apart = variation(image, views.get(v), 0);
          if (furthest == null || apart > largest) {
            furthest = views.get(v);
            largest = apart;
          }
        }
        yield furthest == null ? 0 : variation(image, furthest, scale);
      }
      case "view-embedding-distance" -> {
        double sum = 0;
        for (int v = 1; v <= extra; v++) {
          sum += distance(image, views.get(v), scale / extra);
        }
        yield sum / Math.max(1, extra);
      }
      case "view-top-changed" -> {
        double changed = 0;
        for (int v = 1; v <= extra; v++) {
          changed += views.get(v).top() == image.top() ? 0 : 1;
        }
        yield changed / Math.max(1, extra);
      }
      case "view-harm-gap" -> harmGap(views, scale);
      case "purification-tv" -> purificationVariation(image, scale);
      case "label-change" -> image.topBefore() == image.top() ? 0 : 1;
      case "displacement" -> {
        image.addDirect(model.anchor(), scale * image.scored().plane().displacementSlope());
        yield image.scored().plane().displacement();
      }
      case "anchor-cosine" -> {
        image.addDirect(model.anchor(), scale);
        yield image.scored().cosineToAnchor();
      }
      case "margin" -> margin(image, scale);
      case "entropy" -> entropy(image, scale);
      case "prompt-distance" -> promptDistance(image, scale);
      default ->
          throw new IllegalArgumentException(
              "suspicion weighs a signal \""
                  + name
                  + "\" that the attack cannot differentiate; teach it here");
    };
  }

  private static double variation(ViewGradient a, ViewGradient b, double scale) {
    double sum = 0;
    for (int k = 0; k < a.scores().length; k++) {
      double difference = a.scores()[k] - b.scores()[k];
      double sign = Math.signum(difference) * scale / 2;
      a.byScore()[k] += sign;
      b.byScore()[k] -= sign;
      sum += Math.abs(difference);
    }
    return sum / 2;
  }

  private static double purificationShift(ViewGradient image, double scale) {
    double change = image.topBefore() == image.top() ? 0 : 1;
    return (change + purificationVariation(image, scale / 2)) / 2;
  }

  private static double purificationVariation(ViewGradient image, double scale) {
    double sum = 0;
    for (int k = 0; k < image.scores().length; k++) {
      double difference = image.scores()[k] - image.scoresBefore()[k];
      double sign = Math.signum(difference) * scale / 2;
      image.byScore()[k] += sign;
      image.byScoreBefore()[k] -= sign;
      sum += Math.abs(difference);
    }
    return sum / 2;
  }

  private static double distance(ViewGradient a, ViewGradient b, double scale) {
    double[] u = a.scored().unit();
    double[] v = b.scored().unit();
    a.addDirect(v, -scale);
    b.addDirect(u, -scale);
    return 1 - ZeroShot.dot(u, v);
  }

  private double harmGap(List<ViewGradient> views, double scale) {
    if (views.size() == 1) {
      return 0;
    }
    ViewGradient image = views.get(0);
    ViewGradient worst = views.get(1);
    for (ViewGradient view : views.subList(1, views.size())) {
      worst = harm(view, 0) > harm(worst, 0) ? view : worst;
    }
    return harm(worst, scale) - harm(image, -scale);
  }

  private double harm(ViewGradient view, double scale) {
    double sum = 0;
    for (int k = 0; k < harmful.length; k++) {
      if (harmful[k]) {
        sum += view.scores()[k];
        view.byScore()[k] += scale;
      }
    }
    return sum;
  }

  private static double margin(ViewGradient image, double scale) {
    double[] scores = image.scores();
    int top = image.top();
    int second = -1;
    for (int k = 0; k < scores.length; k++) {
      second = k != top && (second < 0 || scores[k] > scores[second]) ? k : second;
    }
    image.byScore()[top] += scale;
    if (second < 0) {
      return scores[top];
    }
    image.byScore()[second] -= scale;
    return scores[top] - scores[second];
  }

  private static double entropy(ViewGradient image, double scale) {
    double sum = 0;
    for (int k = 0; k < image.scores().length; k++) {
      double score = image.scores()[k];
      if (score > 0) {
        sum -= score * Math.log(score);
        image.byScore()[k] -= scale * (Math.log(score) + 1);
      }
    }
    return sum;
  }

  private double promptDistance(ViewGradient image, double scale) {
    double[] cosines = image.scored().cosines();
    int best = 0;
    for (int p = 1; p < cosines.length; p++) {
      best = cosines[p] > cosines[best] ? p : best;
    }
    image.addDirect(model.prompts()[best], -scale);
    return 1 - cosines[best];
  }

  private static double logOdds(double score) {
    return Math.max(-CERTAIN, Math.min(CERTAIN, Math.log(score / (1 - score))));
  }
}
