package io.clipure.stream.redteam.attack;

import java.util.List;

/** Hears how an attack is getting on, on the attacking thread. */
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = new ProgressListener() {};

  /**
   * A step of a batch of victims is done.
   *
   * @param share of the whole attack that is done, 0 to 1; an early end may skip ahead
   */
  default void advanced(String attack, double share) {}

  /** A batch of victims is done: what a caller may store in order to resume after it. */
  default void finished(String attack, List<Attacked> batch) {}
}
