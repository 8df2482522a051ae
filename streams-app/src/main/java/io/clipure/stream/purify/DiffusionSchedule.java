package io.clipure.stream.purify;

/**
 * The cosine noise schedule (Nichol and Dhariwal 2021, equation 17) as DALL·E 2's prior was trained
 * with it: ᾱ_t is the product of 1 − β over the steps up to t, β no larger than 0.999.
 *
 * <p>Uses {@link StrictMath}: the same figures on every machine. Immutable.
 */
public final class DiffusionSchedule {
  private static final double OFFSET = 0.008;
  private static final double LARGEST_BETA = 0.999;

  private final double[] alphasCumulative;

  /**
   * Creates the schedule.
   *
   * @param timesteps number of steps, at least 1; the prior's is 1000
   */
  public DiffusionSchedule(int timesteps) {
    if (timesteps < 1) {
      throw new IllegalArgumentException(
          "diffusion timesteps is " + timesteps + ", expected at least 1");
    }
    alphasCumulative = new double[timesteps];
    double product = 1;
    for (int t = 0; t < timesteps; t++) {
      double beta = 1 - level(t + 1, timesteps) / level(t, timesteps);
      product *= 1 - Math.max(0, Math.min(LARGEST_BETA, beta));
      alphasCumulative[t] = product;
    }
  }

  /** Number of steps; a timestep lies between 0 and this minus 1. */
  public int timesteps() {
    return alphasCumulative.length;
  }

  /** √ᾱ_t: what is left of the clean embedding after t. */
  public double signal(int timestep) {
    return StrictMath.sqrt(alphasCumulative[timestep]);
  }

  /** √(1 − ᾱ_t): the standard deviation of the noise at t. */
  public double noise(int timestep) {
    return StrictMath.sqrt(1 - alphasCumulative[timestep]);
  }

  private static double level(int step, int timesteps) {
    double cosine =
        StrictMath.cos(((double) step / timesteps + OFFSET) / (1 + OFFSET) * Math.PI / 2);
    return cosine * cosine;
  }
}
