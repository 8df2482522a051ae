package io.clipure.stream.policy.calibration;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The lowest threshold of one label that keeps a promise about it, judged by images whose true
 * label is known. Each label is looked at by itself: of 20 labels at 95 % confidence one promise is
 * expected to fail.
 */
public final class LabelThresholds {

  /** What came of one label. */
  public sealed interface Outcome permits Chosen, TooFew, Unreachable {}

  /**
   * A threshold.
   *
   * @param threshold the label decides from this score on
   * @param found images of the label that reach it
   * @param images images of the label
   * @param others other images that reach it
   * @param precision interval of the share of images that reach it which are the label's; it holds
   *     for the mix of labels of the sample
   * @param recall interval of the share of the label's images that reach it
   */
  public record Chosen(
      double threshold,
      int found,
      int images,
      int others,
      BinomialInterval precision,
      BinomialInterval recall)
      implements Outcome {}

  /**
   * Not even a flawless record would show what was asked.
   *
   * @param images images there are
   * @param needed images it would take
   */
  public record TooFew(int images, int needed) implements Outcome {}

  /**
   * There are enough images, but no threshold keeps the promise.
   *
   * @param images images of the label
   * @param best the best lower bound of the precision at any threshold
   */
  public record Unreachable(int images, double best) implements Outcome {}

  private LabelThresholds() {}

  /**
   * The lowest threshold at which the label is right about at least a share of what it catches: the
   * one-sided lower bound of the precision reaches it.
   *
   * <p>Every threshold above one observed score and up to the next catches the same images. Of
   * those that the lowest kept promise leaves open, the middle is taken: halfway between the lowest
   * score caught and the highest left out, or half the lowest score where none is left out. So
   * neither side is cut off by the accident of which images were in the sample.
   *
   * @param scores the label's score of every image
   * @param isLabel whether the label is the image's true one
   * @param precision wanted share, between 0 and 1
   * @param confidence of the bound, between 0 and 1
   */
  public static Outcome forPrecision(
      double[] scores, boolean[] isLabel, double precision, double confidence) {
    FlagBudget.check("precision", precision);
    int images = count(isLabel);
    int needed = FlagBudget.imagesNeeded(1 - precision, confidence);
    if (images < needed) {
      return new TooFew(images, needed);
    }
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double threshold = Double.NaN;
    double best = 0;
    int found = 0;
    for (int i = 0; i < order.length; i++) {
      found += isLabel[order[i]] ? 1 : 0;
      boolean tied = i + 1 < order.length && scores[order[i + 1]] == scores[order[i]];
      if (!tied) {
        double bound = BinomialInterval.lower(found, i + 1L, confidence);
        best = Math.max(best, bound);
        if (bound >= precision) {
          threshold = halfway(scores[order[i]], i + 1 < order.length ? scores[order[i + 1]] : 0);
        }
      }
    }
    return Double.isNaN(threshold)
        ? new Unreachable(images, best)
        : chosen(threshold, scores, isLabel, confidence);
  }

  /**
   * The lowest threshold that images of other labels reach in at most a share of cases: {@link
   * FlagBudget} over those images.
   *
   * @param rate largest share of other images, between 0 and 1
   */
  public static Outcome forFalsePositives(
      double[] scores, boolean[] isLabel, double rate, double confidence) {
    double[] others =
        IntStream.range(0, scores.length)
            .filter(i -> !isLabel[i])
            .mapToDouble(i -> scores[i])
            .toArray();
    int images = count(isLabel);
    if (images == 0) {
      return new TooFew(0, 1);
    }
    if (others.length == 0) {
      return new TooFew(0, FlagBudget.imagesNeeded(rate, confidence));
    }
    FlagBudget.Outcome outcome = FlagBudget.choose(others, rate, confidence);
    if (outcome instanceof FlagBudget.Chosen chosen && chosen.threshold() <= 1) {
      return chosen(chosen.threshold(), scores, isLabel, confidence);
    }
    return outcome instanceof FlagBudget.TooFew few
        ? new TooFew(others.length, few.needed())
        : new Unreachable(images, 0);
  }

  /** Never the lower score itself, which must stay below the threshold. */
  private static double halfway(double score, double lower) {
    double middle = (score + lower) / 2;
    return middle > lower ? middle : score;
  }

  private static Chosen chosen(
      double threshold, double[] scores, boolean[] isLabel, double confidence) {
    int found = 0;
    int others = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= threshold) {
        found += isLabel[i] ? 1 : 0;
        others += isLabel[i] ? 0 : 1;
      }
    }
    int images = count(isLabel);
    return new Chosen(
        threshold,
        found,
        images,
        others,
        found + others == 0
            ? new BinomialInterval(0, 1)
            : BinomialInterval.of(found, found + others, confidence),
        BinomialInterval.of(found, images, confidence));
  }

  private static int count(boolean[] isLabel) {
    return (int) IntStream.range(0, isLabel.length).filter(i -> isLabel[i]).count();
  }

  /** The scores of one label: a column of {@code [images, labels]}. */
  public static double[] column(double[][] scores, int label) {
    return Arrays.stream(scores).mapToDouble(row -> row[label]).toArray();
  }
}
