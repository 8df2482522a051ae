package io.clipure.stream.purify;

import java.util.Objects;

/**
 * Settings of CLIPure-Diff (arXiv 2502.18176, Algorithm 1).
 *
 * @param steps number of ascent steps N, 1 to 1,000; the paper's script uses 10
 * @param stepSize step size η, finite and not negative; the paper's script uses 30
 * @param gradientNorm what a gradient is divided by
 * @param leastTimestep smallest timestep drawn; the paper's script uses 900
 * @param mostTimestep largest timestep drawn, inclusive; the paper's script uses 999
 * @param noiseDraws timesteps and noises a step averages its gradient over, 1 to 64
 * @param seed what, with the image's digest, all draws are derived from
 */
public record DiffPurifierSettings(
    int steps,
    double stepSize,
    GradientNorm gradientNorm,
    int leastTimestep,
    int mostTimestep,
    int noiseDraws,
    long seed) {
  /** The prior runs two times a step and draw: more than this is a typing error. */
  static final int MAX_STEPS = 1_000;

  static final int MAX_DRAWS = 64;

  /** N = 10, η = 30, normalised gradient, one draw of a timestep in 900 to 999, as published. */
  public static final DiffPurifierSettings PUBLISHED =
      new DiffPurifierSettings(10, 30, GradientNorm.SAMPLE, 900, 999, 1, 0);

  /** As published, with steps that turn the embedding by 0.1 radians in all at most. */
  public static final DiffPurifierSettings GENTLE =
      new DiffPurifierSettings(10, 0.01, GradientNorm.SAMPLE, 900, 999, 1, 0);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming the setting out of range
   */
  public DiffPurifierSettings {
    Objects.requireNonNull(gradientNorm, "gradientNorm");
    check("steps", steps, steps >= 1 && steps <= MAX_STEPS, "1 to " + MAX_STEPS);
    check(
        "step size",
        stepSize,
        Double.isFinite(stepSize) && stepSize >= 0,
        "a finite number of at least 0");
    check("least timestep", leastTimestep, leastTimestep >= 0, "at least 0");
    check(
        "most timestep",
        mostTimestep,
        mostTimestep >= leastTimestep,
        "at least the least timestep " + leastTimestep);
    check(
        "noise draws", noiseDraws, noiseDraws >= 1 && noiseDraws <= MAX_DRAWS, "1 to " + MAX_DRAWS);
  }

  /** Method and settings in one line, for provenance. */
  public String id() {
    return "diff(steps="
        + steps
        + ",step-size="
        + stepSize
        + ",gradient-norm="
        + gradientNorm.key()
        + ",timesteps="
        + leastTimestep
        + "-"
        + mostTimestep
        + ",noise-draws="
        + noiseDraws
        + ",seed="
        + seed
        + ")";
  }

  private static void check(String name, Number seen, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "CLIPure-Diff " + name + " is " + seen + ", expected " + expected);
    }
  }
}
