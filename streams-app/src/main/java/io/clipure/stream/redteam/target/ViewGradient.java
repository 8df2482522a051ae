package io.clipure.stream.redteam.target;

/**
 * One view of an image on its way through the head, and where the parts of a loss leave their
 * gradients. Gradients by scores are turned into gradients by logits z of p = softmax(z) with
 * ∂/∂z_k = p_k (g_k − Σ p g).
 */
final class ViewGradient {
  private final ExactHead.Scored scored;
  private final double[] scores;
  private final double[] byLogit;
  private final double[] byScore;
  private double[] scoresBefore;
  private double[] byScoreBefore;
  private double[] direct;

  ViewGradient(ExactHead.Scored scored) {
    this.scored = scored;
    this.scores = softmax(scored.logits());
    this.byLogit = new double[scores.length];
    this.byScore = new double[scores.length];
  }

  ExactHead.Scored scored() {
    return scored;
  }

  /** Label scores after purification. */
  double[] scores() {
    return scores;
  }

  /** Label scores before purification. */
  double[] scoresBefore() {
    if (scoresBefore == null) {
      scoresBefore = softmax(scored.logitsBefore());
      byScoreBefore = new double[scores.length];
    }
    return scoresBefore;
  }

  int top() {
    return top(scores);
  }

  int topBefore() {
    return top(scoresBefore());
  }

  /** ∂loss/∂logits, to be added to. */
  double[] byLogit() {
    return byLogit;
  }

  /** ∂loss/∂scores, to be added to. */
  double[] byScore() {
    return byScore;
  }

  /** ∂loss/∂(scores before purification), to be added to. */
  double[] byScoreBefore() {
    scoresBefore();
    return byScoreBefore;
  }

  /** Adds to ∂loss/∂(unit embedding). */
  void addDirect(double[] vector, double scale) {
    if (scale == 0) {
      return;
    }
    direct = direct == null ? new double[vector.length] : direct;
    for (int d = 0; d < vector.length; d++) {
      direct[d] += scale * vector[d];
    }
  }

  /** Adds a loss's gradient by logits, scaled. */
  void addLogits(double[] gradient, double scale) {
    for (int k = 0; k < byLogit.length; k++) {
      byLogit[k] += scale * gradient[k];
    }
  }

  /** ∂loss/∂embedding of everything that was added. */
  float[] pullBack() {
    double[] gradient = byLogit.clone();
    add(gradient, scores, byScore);
    double[] before = null;
    if (byScoreBefore != null) {
      before = new double[scores.length];
      add(before, scoresBefore, byScoreBefore);
    }
    return scored.pullBack(gradient, before, direct);
  }

  static double[] softmax(double[] logits) {
    double best = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      best = Math.max(best, logit);
    }
    double[] scores = new double[logits.length];
    double total = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = Math.exp(logits[k] - best);
      total += scores[k];
    }
    for (int k = 0; k < scores.length; k++) {
      scores[k] /= total;
    }
    return scores;
  }

  private static void add(double[] sum, double[] scores, double[] gradient) {
    double mean = ZeroShot.dot(scores, gradient);
    for (int k = 0; k < sum.length; k++) {
      sum[k] += scores[k] * (gradient[k] - mean);
    }
  }

  private static int top(double[] scores) {
    int top = 0;
    for (int k = 1; k < scores.length; k++) {
      top = scores[k] > scores[top] ? k : top;
    }
    return top;
  }
}
