package io.clipure.stream.redteam.target;

/**
 * The top label is wrong: what robust accuracy counts.
 *
 * @param classes number of classes, at least 2
 */
public record Misclassification(int classes) implements Objective {
  @Override
  public boolean[] own(int label) {
    boolean[] own = new boolean[classes];
    own[label] = true;
    return own;
  }

  @Override
  public double margin(double[] logits, int label, double[] gradient) {
    double margin = -LogitLoss.of(Loss.MARGIN, logits, own(label), Goal.ANY, gradient);
    if (gradient != null) {
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] = -gradient[k];
      }
    }
    return margin;
  }
}
