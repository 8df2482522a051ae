package io.clipure.stream.redteam.attack;

/**
 * How hard to try.
 *
 * @param steps gradient steps a restart (a target class, for the targeted attacks); queries for
 *     square
 * @param restarts starts; the first of PGD and CW is the image itself, all of APGD's are random
 * @param aims nearest other classes that the targeted attacks try, one after the other
 * @param draws samples of a random target averaged in each gradient (EOT, Athalye et al. 2018)
 * @param momentum decay μ of the accumulated gradient of PGD and CW (Dong et al. 2018); 0: none
 * @param stepSize step of PGD and CW as a share of the budget; the step shrinks to nothing along a
 *     cosine
 * @param batch victims attacked side by side
 * @param seed of everything random
 */
public record AttackSettings(
    int steps,
    int restarts,
    int aims,
    int draws,
    double momentum,
    double stepSize,
    int batch,
    long seed) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException naming the one out of range
   */
  public AttackSettings {
    atLeastOne("steps", steps);
    atLeastOne("restarts", restarts);
    atLeastOne("aims", aims);
    atLeastOne("draws", draws);
    atLeastOne("batch", batch);
    if (!(momentum >= 0 && momentum <= 1) || !(stepSize > 0 && stepSize <= 2)) {
      throw new IllegalArgumentException(
          "momentum is "
              + momentum
              + " and step size "
              + stepSize
              + "; expected 0 to 1, and above 0 to 2");
    }
  }

  /** 100 steps, one restart, 9 aims (AutoAttack's), 4 draws, momentum 0.75, step 1/4, batch 32. */
  public static AttackSettings defaults(long seed) {
    return new AttackSettings(100, 1, 9, 4, 0.75, 0.25, 32, seed);
  }

  /** The same with another number of steps. */
  public AttackSettings withSteps(int other) {
    return new AttackSettings(other, restarts, aims, draws, momentum, stepSize, batch, seed);
  }

  /** The same with another number of restarts. */
  public AttackSettings withRestarts(int other) {
    return new AttackSettings(steps, other, aims, draws, momentum, stepSize, batch, seed);
  }

  /** The same with another number of draws. */
  public AttackSettings withDraws(int other) {
    return new AttackSettings(steps, restarts, aims, other, momentum, stepSize, batch, seed);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least 1");
    }
  }
}
