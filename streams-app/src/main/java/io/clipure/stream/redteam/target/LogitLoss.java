package io.clipure.stream.redteam.target;

import java.util.Arrays;

/** The losses as functions of label logits, with their gradients. */
public final class LogitLoss {
  /** Keeps a ratio of differences finite where all logits are equal. */
  private static final double TINY = 1e-12;

  private LogitLoss() {}

  /**
   * A loss and ∂loss/∂logits.
   *
   * <p>The ratio losses need 3 classes, the targeted one 4, for their denominators; with fewer the
   * differences that exist are taken, with two none.
   *
   * @param logits z, {@code [classes]}
   * @param own classes that count as the victim's own; at least one, not all
   * @param aim class aimed at; read by the targeted losses only
   * @param gradient receives ∂loss/∂z, overwritten; null: not wanted
   * @throws IllegalArgumentException if a targeted loss has no class to aim at, or the loss is
   *     {@link Loss#DECISION}, which is no function of logits alone
   */
  public static double of(Loss loss, double[] logits, boolean[] own, int aim, double[] gradient) {
    if (loss.targeted() && (aim < 0 || aim >= logits.length)) {
      throw new IllegalArgumentException(
          loss + " aims at class " + aim + ", expected one of " + logits.length);
    }
    if (gradient != null) {
      Arrays.fill(gradient, 0);
    }
    int mine = best(logits, own, true);
    int other = loss.targeted() ? aim : best(logits, own, false);
    return switch (loss) {
      case CE -> crossEntropy(logits, own, gradient);
      case TARGETED_CE -> towards(logits, aim, gradient);
      case MARGIN, TARGETED_MARGIN -> {
        if (gradient != null) {
          gradient[other] += 1;
          gradient[mine] -= 1;
        }
        yield logits[other] - logits[mine];
      }
      case DLR -> ratio(logits, mine, other, false, gradient);
      case TARGETED_DLR -> ratio(logits, mine, other, true, gradient);
      case DECISION ->
          throw new IllegalArgumentException("DECISION is the objective's, not a loss of logits");
    };
  }

  /** Index of the best logit among the classes whose {@code own} is as wanted. */
  static int best(double[] logits, boolean[] own, boolean wanted) {
    int best = -1;
    for (int k = 0; k < logits.length; k++) {
      if (own[k] == wanted && (best < 0 || logits[k] > logits[best])) {
        best = k;
      }
    }
    if (best < 0) {
      throw new IllegalArgumentException(
          (wanted ? "no class is" : "every class is") + " the victim's own: nothing to attack");
    }
    return best;
  }

  /** log Σ exp over the classes whose {@code members} is as wanted; −∞ if there are none. */
  static double logSum(double[] logits, boolean[] members, boolean wanted) {
    double best = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < logits.length; k++) {
      if (members[k] == wanted) {
        best = Math.max(best, logits[k]);
      }
    }
    if (best == Double.NEGATIVE_INFINITY) {
      return best;
    }
    double sum = 0;
    for (int k = 0; k < logits.length; k++) {
      if (members[k] == wanted) {
        sum += Math.exp(logits[k] - best);
      }
    }
    return best + Math.log(sum);
  }

  private static double crossEntropy(double[] logits, boolean[] own, double[] gradient) {
    double mine = logSum(logits, own, true);
    double others = logSum(logits, own, false);
    double all = logAdd(mine, others);
    if (gradient != null) {
      // p_k − p_k / P_own is −(p_k / P_own) · P_others: no cancellation where the image is certain
      double missed = Math.exp(others - all);
      for (int k = 0; k < logits.length; k++) {
        gradient[k] = own[k] ? -Math.exp(logits[k] - mine) * missed : Math.exp(logits[k] - all);
      }
    }
    // log(1 + e^x) without the cancellation of all − mine
    double x = others - mine;
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }

  private static double towards(double[] logits, int aim, double[] gradient) {
    boolean[] aimed = new boolean[logits.length];
    aimed[aim] = true;
    double value = -crossEntropy(logits, aimed, gradient);
    if (gradient != null) {
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] = -gradient[k];
      }
    }
    return value;
  }

  private static double ratio(
      double[] logits, int mine, int other, boolean targeted, double[] gradient) {
    int[] order = firstFour(logits);
    int third = order[2];
    int fourth = targeted ? order[3] : third;
    double numerator = logits[other] - logits[mine];
    double denominator =
        third < 0 ? 1 : logits[order[0]] - (logits[third] + logits[fourth]) / 2 + TINY;
    if (gradient != null) {
      gradient[other] += 1 / denominator;
      gradient[mine] -= 1 / denominator;
      if (third >= 0) {
        double slope = -numerator / (denominator * denominator);
        gradient[order[0]] += slope;
        gradient[third] -= slope / 2;
        gradient[fourth] -= slope / 2;
      }
    }
    return numerator / denominator;
  }

  /** Indices of the four best; with fewer classes the last one again, −1 for the third of two. */
  private static int[] firstFour(double[] logits) {
    int[] order = {-1, -1, -1, -1};
    for (int k = 0; k < logits.length; k++) {
      int place = 4;
      while (place > 0 && (order[place - 1] < 0 || logits[k] > logits[order[place - 1]])) {
        place--;
      }
      if (place < 4) {
        System.arraycopy(order, place, order, place + 1, 3 - place);
        order[place] = k;
      }
    }
    order[3] = order[3] < 0 ? order[2] : order[3];
    return order;
  }

  private static double logAdd(double a, double b) {
    double best = Math.max(a, b);
    return best + Math.log1p(Math.exp(Math.min(a, b) - best));
  }
}
