package io.clipure.stream.batching;

/** Calls a fetch's abort at most once, and only while the fetch runs. Thread-safe. */
final class Abort {
  private final Runnable action;
  private boolean fired;
  private boolean ended;

  Abort(Runnable action) {
    this.action = action;
  }

  synchronized void fire() {
    if (!fired && !ended) {
      fired = true;
      action.run();
    }
  }

  /** The fetch has ended; an abort that is under way ends first. */
  synchronized void end() {
    ended = true;
  }

  synchronized boolean ended() {
    return ended;
  }
}
