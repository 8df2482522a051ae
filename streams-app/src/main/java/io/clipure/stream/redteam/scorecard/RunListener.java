package io.clipure.stream.redteam.scorecard;

/** Hears how a run gets on, on the running thread. */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  /**
   * Something moved.
   *
   * @param task what is being done
   * @param done images of this task that are done
   * @param share of the images being worked on now that is done, 0 to 1
   */
  default void moved(Task task, int done, double share) {}

  /** A task is complete. */
  default void finished(Task task) {}
}
