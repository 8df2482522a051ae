package io.clipure.stream.policy.calibration;

import java.util.function.DoubleUnaryOperator;

/**
 * Temperature scaling (Guo et al., ICML 2017, section 4.2): one number that logits are divided by,
 * chosen to minimise the negative log likelihood of the true labels. It changes no ranking of
 * labels, only how sure the scores sound.
 */
public final class TemperatureScaling {
  /** The range searched: beyond it scores are all but one-hot, or all but even. */
  public static final double LOWEST = 0.05;

  /** The other end of the range. */
  public static final double HIGHEST = 20;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final double PRECISION = 1e-5;

  /**
   * What was found.
   *
   * @param temperature the best temperature; 1 where none could be determined
   * @param before negative log likelihood an image at temperature 1, nats
   * @param after the same at the temperature
   * @param determined whether the minimum lies inside the range; it does not where every image is
   *     right (colder is then always better) or the scores know nothing
   */
  public record Fit(double temperature, double before, double after, boolean determined) {}

  private TemperatureScaling() {}

  /**
   * Minimises by golden-section search on the logarithm of the temperature, to a relative precision
   * of {@value #PRECISION}. With one prompt a label the likelihood is convex in 1 / temperature, so
   * there is one minimum.
   *
   * @param loss mean negative log likelihood at a temperature, nats
   */
  public static Fit fit(DoubleUnaryOperator loss) {
    double low = StrictMath.log(LOWEST);
    double high = StrictMath.log(HIGHEST);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = loss.applyAsDouble(StrictMath.exp(left));
    double atRight = loss.applyAsDouble(StrictMath.exp(right));
    while (high - low > PRECISION) {
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = loss.applyAsDouble(StrictMath.exp(left));
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = loss.applyAsDouble(StrictMath.exp(right));
      }
    }
    double before = loss.applyAsDouble(1);
    double temperature = StrictMath.exp((low + high) / 2);
    double after = loss.applyAsDouble(temperature);
    boolean inside =
        temperature > LOWEST * (1 + 1e-3) && temperature < HIGHEST * (1 - 1e-3) && after <= before;
    return inside ? new Fit(temperature, before, after, true) : new Fit(1, before, before, false);
  }

  /**
   * Mean negative log likelihood of the true labels, nats.
   *
   * @param scores {@code [images, labels]}, each row a distribution
   * @param truth true label of every image, an index into its row
   */
  public static double negativeLogLikelihood(double[][] scores, int[] truth) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      // A score that underflowed to 0 would make any other error invisible.
      sum -= StrictMath.log(Math.max(scores[i][truth[i]], Double.MIN_NORMAL));
    }
    return sum / scores.length;
  }
}
