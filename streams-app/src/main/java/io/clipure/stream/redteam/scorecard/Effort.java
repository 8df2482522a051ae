package io.clipure.stream.redteam.scorecard;

/**
 * How hard an attack tries.
 *
 * @param steps gradient steps a restart; queries for square
 * @param restarts starts
 * @param aims other classes that a targeted attack tries
 * @param eot samples of what is random in each gradient
 */
public record Effort(int steps, int restarts, int aims, int eot) {
  /** Twice the steps and twice the restarts. */
  public Effort doubled() {
    return new Effort(2 * steps, 2 * restarts, aims, eot);
  }
}
