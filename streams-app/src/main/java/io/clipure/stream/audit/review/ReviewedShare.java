package io.clipure.stream.audit.review;

import java.util.Random;

/**
 * A share of some verdicts that is known from the reviewed ones among them, each counting for as
 * many as its chance of being reviewed says (inverse probability weights).
 *
 * <p><b>Threading</b>: one thread.
 */
final class ReviewedShare {
  private double weights;
  private double squares;
  private double hits;
  private int reviewed;

  void add(double probability, boolean hit) {
    double weight = 1 / probability;
    reviewed++;
    weights += weight;
    squares += weight * weight;
    hits += hit ? weight : 0;
  }

  int reviewed() {
    return reviewed;
  }

  /** The share as reviewed; not a number where nothing was. */
  double value() {
    return hits / weights;
  }

  /** Weighted reviews are worth this many that count alike (Kish 1965). */
  private double effective() {
    return squares == 0 ? 0 : weights * weights / squares;
  }

  /**
   * A draw of what the share may be: from Jeffreys' posterior, Beta(½ + hits, ½ + misses), whose
   * intervals cover well for shares near the ends and small samples (Brown, Cai and DasGupta 2001).
   */
  double draw(Random random) {
    double effective = effective();
    double hits = effective == 0 ? 0 : effective * value();
    double hit = gamma(random, 0.5 + hits);
    double miss = gamma(random, 0.5 + Math.max(0, effective - hits));
    return hit / (hit + miss);
  }

  /** Gamma(shape, 1) after Marsaglia and Tsang (2000). */
  private static double gamma(Random random, double shape) {
    if (shape < 1) {
      return gamma(random, shape + 1) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = 1 + c * x;
      v = v * v * v;
      if (v > 0
          && StrictMath.log(1 - random.nextDouble())
              < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }
}
