package io.clipure.stream.policy.calibration;

import java.util.Arrays;

/**
 * A threshold that keeps false flags within a budget, without assuming how scores are distributed.
 *
 * <p>Of n ordinary images sorted by score, everything above the (n − k)th is flagged. The share of
 * <i>all</i> ordinary images that such a threshold flags follows Beta(k + 1, n − k), or is less
 * where scores tie (Wilks 1941: tolerance limits). k is the largest for which that share is within
 * the budget with the wanted confidence. It holds for images drawn like the n; it says nothing of
 * traffic that has changed since.
 */
public final class FlagBudget {

  /** What came of it. */
  public sealed interface Outcome permits Chosen, TooFew {}

  /**
   * A threshold.
   *
   * @param threshold images are flagged from this score on
   * @param flagged images of the sample that are
   * @param images size of the sample
   * @param bound the true share of false flags is at most this, with the wanted confidence
   * @param interval two-sided interval of that share at the same confidence
   */
  public record Chosen(
      double threshold, int flagged, int images, double bound, BinomialInterval interval)
      implements Outcome {}

  /**
   * The sample cannot show what was asked, not even by flagging none of it.
   *
   * @param images size of the sample
   * @param needed the smallest sample that could
   * @param smallestBudget the smallest budget this sample can show at the same confidence
   * @param largestConfidence the largest confidence it can give for the same budget
   */
  public record TooFew(int images, int needed, double smallestBudget, double largestConfidence)
      implements Outcome {}

  private FlagBudget() {}

  /**
   * Chooses the lowest threshold within the budget.
   *
   * @param scores scores of ordinary images, higher is more suspicious; not modified
   * @param budget largest share of ordinary images to be flagged, between 0 and 1
   * @param confidence of the budget being kept, between 0 and 1
   * @throws IllegalArgumentException if there is no score, one is NaN, or a share is out of range
   */
  public static Outcome choose(double[] scores, double budget, double confidence) {
    check("budget", budget);
    check("confidence", confidence);
    int n = scores.length;
    if (n == 0 || Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException(
          n == 0 ? "no scores, expected at least one" : "a score is NaN, expected numbers");
    }
    if (BinomialInterval.upper(0, n, confidence) > budget) {
      return new TooFew(
          n,
          imagesNeeded(budget, confidence),
          1 - StrictMath.pow(1 - confidence, 1.0 / n),
          1 - StrictMath.pow(1 - budget, n));
    }
    int allowed = mostAllowed(n, budget, confidence);
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    // Adding 0 turns −0 into 0, whose successor is above both.
    double threshold = Math.nextUp(sorted[n - 1 - allowed] + 0.0);
    int flagged = 0;
    while (flagged < n && sorted[n - 1 - flagged] >= threshold) {
      flagged++;
    }
    // With ties fewer are flagged than allowed; the upper end stays that of what was allowed.
    return new Chosen(
        threshold,
        flagged,
        n,
        BinomialInterval.upper(allowed, n, confidence),
        new BinomialInterval(
            BinomialInterval.of(flagged, n, confidence).lower(),
            BinomialInterval.of(allowed, n, confidence).upper()));
  }

  /** The smallest sample from which a budget can be shown: 299 for 1 % at 95 % confidence. */
  public static int imagesNeeded(double budget, double confidence) {
    check("budget", budget);
    check("confidence", confidence);
    double needed = Math.ceil(StrictMath.log1p(-confidence) / StrictMath.log1p(-budget));
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, needed));
  }

  private static int mostAllowed(int n, double budget, double confidence) {
    int enough = 0;
    int tooMany = n;
    while (tooMany - enough > 1) {
      int middle = (enough + tooMany) >>> 1;
      if (BinomialInterval.upper(middle, n, confidence) <= budget) {
        enough = middle;
      } else {
        tooMany = middle;
      }
    }
    return enough;
  }

  static void check(String name, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(name + " is " + share + ", expected between 0 and 1");
    }
  }
}
