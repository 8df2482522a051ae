package io.clipure.stream.redteam.target;

/**
 * How an adaptive attacker aims at a deployment.
 *
 * @param keyLeaked whether he has the key that views are drawn with
 * @param suspicionWeight λ: how much an excess of suspicion weighs against the decision's margin,
 *     in logits, in the DECISION loss
 * @param slack how far beyond the decision's and the suspicion's boundary DECISION still pushes,
 *     logits: what it has failed by more than that it leaves alone
 * @param batch most views given to the encoder at once
 */
public record DeployedSettings(boolean keyLeaked, double suspicionWeight, double slack, int batch) {
  /** Checks the numbers. */
  public DeployedSettings {
    if (!(suspicionWeight >= 0) || !(slack >= 0) || batch < 1) {
      throw new IllegalArgumentException(
          "suspicion weight "
              + suspicionWeight
              + ", slack "
              + slack
              + ", batch "
              + batch
              + "; expected none below 0, and a batch of at least 1");
    }
  }

  /** The key is secret, λ = 1, slack 3, batch 64. */
  public static DeployedSettings defaults() {
    return new DeployedSettings(false, 1, 3, 64);
  }
}
