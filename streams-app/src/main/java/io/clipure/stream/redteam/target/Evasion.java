package io.clipure.stream.redteam.target;

import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * A harmful image gets a milder action than its label asks for: what a moderation team counts. For
 * a label whose action is ALLOW nothing is milder; there it is {@link Misclassification}.
 *
 * <p>The decision, a maximum over the rules that may decide (threshold, family, top label,
 * majority), becomes a margin in units of logits: log-odds of a coalition's joint probability over
 * those of the threshold it must reach, or the lead of the top label. At least one rule decides the
 * action, or a graver one, exactly where the margin is not below 0.
 */
public final class Evasion implements Objective {
  private static final double MAJORITY = 0.5;

  /** Log-odds of thresholds 0 and 1, which no finite logit reaches or misses. */
  private static final double CERTAIN = 1e6;

  /** Labels that decide together when their joint probability has these log-odds. */
  private record Coalition(boolean[] members, double logOdds) {}

  private final List<Label> labels;
  private final boolean[][] own;
  private final List<List<Coalition>> coalitions = new ArrayList<>();

  /** The objective against labels with the thresholds in force. */
  public Evasion(List<Label> labels) {
    this.labels = List.copyOf(labels);
    this.own = new boolean[labels.size()][];
    for (int k = 0; k < own.length; k++) {
      Action action = labels.get(k).action();
      own[k] = members(other -> other.action().compareTo(action) >= 0);
      if (action == Action.ALLOW) {
        Arrays.fill(own[k], false);
        own[k][k] = true;
      }
    }
    for (Action action : Action.values()) {
      coalitions.add(action == Action.ALLOW ? List.of() : deciding(action));
    }
  }

  @Override
  public boolean[] own(int label) {
    return own[label];
  }

  @Override
  public boolean moderation(int label) {
    return labels.get(label).action() != Action.ALLOW;
  }

  /** Whether a harmful image was neither acted upon as its label asks nor flagged as an attack. */
  public boolean evades(Verdict verdict, int label) {
    return verdict.decision().compareTo(labels.get(label).action()) < 0
        && verdict.flags().stream()
            .noneMatch(flag -> flag.kind() == Verdict.FlagKind.SUSPECTED_ADVERSARIAL);
  }

  @Override
  public double margin(double[] logits, int label, double[] gradient) {
    return margin(logits, label, gradient, true);
  }

  /** {@inheritDoc} A view that is only doubtful raises nothing. */
  @Override
  public double viewMargin(double[] logits, int label, double[] gradient) {
    return margin(logits, label, gradient, false);
  }

  private double margin(double[] logits, int label, double[] gradient, boolean doubtCounts) {
    Action action = labels.get(label).action();
    if (action == Action.ALLOW) {
      return new Misclassification(labels.size()).margin(logits, label, gradient);
    }
    int top = LogitLoss.best(logits, new boolean[logits.length], false);
    int second = second(logits, top);
    double margin = topMargin(logits, top, second, action, gradient, doubtCounts);
    for (Coalition coalition : coalitions.get(action.ordinal())) {
      double mine = LogitLoss.logSum(logits, coalition.members(), true);
      double others = LogitLoss.logSum(logits, coalition.members(), false);
      double reached = Math.min(mine - others, CERTAIN) - coalition.logOdds();
      if (reached > margin) {
        margin = reached;
        if (gradient != null) {
          for (int k = 0; k < logits.length; k++) {
            gradient[k] =
                coalition.members()[k] ? Math.exp(logits[k] - mine) : -Math.exp(logits[k] - others);
          }
        }
      }
    }
    return margin;
  }

  /**
   * What the top label alone decides: its action if it has no threshold; REVIEW if it is below the
   * one it has. Where the top label decides less, the lead that a label which would decide more is
   * short of.
   */
  private double topMargin(
      double[] logits, int top, int second, Action action, double[] gradient, boolean doubtCounts) {
    double margin = -CERTAIN;
    int winner = -1;
    int loser = -1;
    for (int k = 0; k < logits.length; k++) {
      Label label = labels.get(k);
      boolean decides =
          label.threshold() == null
              ? label.action().compareTo(action) >= 0
              : doubtCounts
                  && k == top
                  && action == Action.REVIEW
                  && logOdds(logits, k) < logOdds(label.threshold());
      if (decides) {
        double lead = logits[k] - logits[k == top ? second : top];
        if (lead > margin) {
          margin = lead;
          winner = k;
          loser = k == top ? second : top;
        }
      }
    }
    if (gradient != null) {
      Arrays.fill(gradient, 0);
      if (winner >= 0) {
        gradient[winner] = 1;
        gradient[loser] = -1;
      }
    }
    return margin;
  }

  /** The coalitions that decide at least {@code action}; see the policy's decision rule. */
  private List<Coalition> deciding(Action action) {
    List<Coalition> deciding = new ArrayList<>();
    for (Label label : labels) {
      if (label.threshold() != null && label.action().compareTo(action) >= 0) {
        Predicate<Label> family =
            other ->
                other.action() == label.action()
                    && other.group().equals(label.group())
                    && other.threshold() != null
                    && other.threshold() <= label.threshold();
        deciding.add(new Coalition(members(family), logOdds(label.threshold())));
      }
    }
    boolean[] harmful =
        members(
            label ->
                label.action().compareTo(action) >= 0
                    && (label.threshold() == null || label.threshold() <= MAJORITY));
    deciding.add(new Coalition(harmful, 0));
    return deciding;
  }

  private boolean[] members(Predicate<Label> wanted) {
    boolean[] members = new boolean[labels.size()];
    for (int k = 0; k < members.length; k++) {
      members[k] = wanted.test(labels.get(k));
    }
    return members;
  }

  private static int second(double[] logits, int top) {
    boolean[] excluded = new boolean[logits.length];
    excluded[top] = true;
    return LogitLoss.best(logits, excluded, false);
  }

  private static double logOdds(double[] logits, int label) {
    boolean[] alone = new boolean[logits.length];
    alone[label] = true;
    return logits[label] - LogitLoss.logSum(logits, alone, false);
  }

  private static double logOdds(double probability) {
    return Math.max(-CERTAIN, Math.min(CERTAIN, Math.log(probability / (1 - probability))));
  }
}
