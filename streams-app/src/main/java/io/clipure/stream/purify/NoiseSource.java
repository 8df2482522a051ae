package io.clipure.stream.purify;

/** What is random about the purification of one embedding. Pure: the same draw, asked again. */
public interface NoiseSource {
  /**
   * A timestep.
   *
   * @param step ascent step, from 0
   * @param draw draw within the step, from 0
   * @param least smallest timestep, inclusive
   * @param most largest timestep, inclusive
   */
  int timestep(int step, int draw, int least, int most);

  /** Standard normal values {@code [dimension]} of a draw. */
  double[] gaussian(int step, int draw, int dimension);
}
