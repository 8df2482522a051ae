package io.clipure.stream.batching;

/** Runs short, non-blocking actions later, on one thread. */
interface Timer extends AutoCloseable {
  /** Something scheduled. */
  interface Alarm {
    /** Keeps it from running, unless it already runs or ran. */
    void cancel();
  }

  /** Runs an action after that time, unless cancelled or closed before. */
  Alarm schedule(long nanos, Runnable action);

  /** Drops what is scheduled. */
  @Override
  void close();
}
