package io.clipure.stream.redteam.masking;

import io.clipure.stream.redteam.masking.Finding.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The checks, each a pure function of measured rates. Where a weaker attack must not beat a
 * stronger one, it does if its rate is higher by more than one standard error of the difference: a
 * warning sign is to be looked at, not a proof, and is meant to appear too early rather than too
 * late.
 */
public final class MaskingChecklist {
  /** Share of all-zero gradients from which they count as vanishing. */
  private static final double ZERO_SHARE = 0.01;

  /** A gradient this much smaller than the undefended model's is rounding noise in single. */
  private static final double NOISE = 1e-6;

  /** Rate that an attack without a budget must reach. */
  private static final double CERTAIN = 0.995;

  private MaskingChecklist() {}

  /** One step must not do better than many. */
  public static Finding singleStepVersusIterative(Rate singleStep, Rate iterative) {
    return notBeaten(
        "single-step-vs-iterative",
        "one step",
        singleStep,
        "many steps",
        iterative,
        "gradients lead astray away from the original: iterative figures overstate robustness");
  }

  /** An attack that only asks for decisions must not do better than one with gradients. */
  public static Finding blackBoxVersusWhiteBox(Rate blackBox, Rate whiteBox) {
    return notBeaten(
        "black-box-vs-white-box",
        "black box",
        blackBox,
        "white box",
        whiteBox,
        "gradients are useless there: white-box figures overstate robustness");
  }

  /** Images made on the undefended model must not do better than those made on the defence. */
  public static Finding transferVersusAdaptive(Rate transfer, Rate adaptive) {
    return notBeaten(
        "transfer-vs-adaptive",
        "transfer",
        transfer,
        "adaptive",
        adaptive,
        "the adaptive attack does not know the defence: its figure overstates robustness");
  }

  /** Without a bound on the perturbation every image must fall. */
  public static Finding unboundedReachesAll(Rate unbounded) {
    return new Finding(
        "unbounded-reaches-all",
        unbounded.share() >= CERTAIN ? Status.PASS : Status.WARN,
        "without a budget " + unbounded + " succeed",
        "the attack cannot even replace the image: it is broken, and so is every other figure");
  }

  /**
   * A larger budget must not do worse.
   *
   * @param rates success at growing budgets, smallest first
   */
  public static Finding growsWithBudget(List<Rate> rates) {
    Status status = Status.PASS;
    for (int i = 1; i < rates.size(); i++) {
      status = beats(rates.get(i - 1), rates.get(i)) ? Status.WARN : status;
    }
    return new Finding(
        "grows-with-budget",
        status,
        "success at growing budgets: " + rates,
        "the attack wastes the larger budget");
  }

  /**
   * Gradients must neither be zero nor far below the undefended model's.
   *
   * @param norms length of ∂loss/∂pixels at the originals, through the defence
   * @param undefended the same without it
   */
  public static Finding gradientsVanish(double[] norms, double[] undefended) {
    long zero = Arrays.stream(norms).filter(norm -> norm == 0).count();
    double share = (double) zero / norms.length;
    double median = median(norms);
    double plain = median(undefended);
    boolean vanish = share > ZERO_SHARE || !(median > NOISE * plain);
    return new Finding(
        "gradients-vanish",
        vanish ? Status.WARN : Status.PASS,
        String.format(
            Locale.ROOT,
            "%.1f %% of %d gradients are exactly zero, their median length is %.3g (%.3g"
                + " undefended)",
            100 * share,
            norms.length,
            median,
            plain),
        "the attack has nothing to follow: robustness is masked gradients, not a defence");
  }

  /** The same attack must break the undefended model nearly always. */
  public static Finding breaksUndefended(Rate undefended, double required) {
    return new Finding(
        "breaks-undefended",
        undefended.share() >= required ? Status.PASS : Status.WARN,
        String.format(
            Locale.ROOT,
            "with the same budget %s undefended images fall, at least %.0f %% are expected",
            undefended,
            100 * required),
        "the attack is too weak to say anything about a defence");
  }

  /**
   * More steps and restarts must not find much more.
   *
   * @param usual success with the effort of the scorecard
   * @param more success with more
   * @param allowed growth that is put up with, 0 to 1
   */
  public static Finding effortSuffices(Rate usual, Rate more, double allowed) {
    return new Finding(
        "effort-suffices",
        more.share() - usual.share() <= allowed ? Status.PASS : Status.WARN,
        String.format(
            Locale.ROOT,
            "more steps and restarts change %s to %s, at most %.1f points are expected",
            usual,
            more,
            100 * allowed),
        "the attack had not finished: the figure overstates robustness");
  }

  private static Finding notBeaten(
      String name, String weakName, Rate weak, String strongName, Rate strong, String meaning) {
    return new Finding(
        name,
        beats(weak, strong) ? Status.WARN : Status.PASS,
        weakName + " succeeds on " + weak + ", " + strongName + " on " + strong,
        meaning);
  }

  private static boolean beats(Rate weak, Rate strong) {
    return weak.share() - strong.share() > weak.standardError(strong);
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no gradients were measured, expected at least one");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
