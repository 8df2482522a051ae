package io.clipure.stream.redteam.masking;

/**
 * One line of the checklist.
 *
 * @param name what was checked, {@code single-step-vs-iterative} and the like
 * @param status whether the sign was seen
 * @param figures what was measured, one sentence
 * @param meaning what it means if the sign is there, one sentence
 */
public record Finding(String name, Status status, String figures, String meaning) {
  /** Outcome of a check. */
  public enum Status {
    PASS,
    WARN
  }
}
