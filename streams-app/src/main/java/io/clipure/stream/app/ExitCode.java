package io.clipure.stream.app;

/** Exit codes of every command. */
public final class ExitCode {
  /** Done, and all is well. */
  public static final int OK = 0;

  /** The job ran to its end and found something wrong: an image rejected, an event missing. */
  public static final int FINDINGS = 1;

  /** Nothing was done: wrong usage, configuration, bundle or label set. */
  public static final int REFUSED = 2;

  /** The job ran to its end, and a budget that was set for its result is broken. */
  public static final int OVER_BUDGET = 3;

  /** A fault of the program or of something it depends on. */
  public static final int FAULT = 70;

  /**
   * Told to stop, and ended before all was drained (EX_TEMPFAIL of sysexits.h): nothing is lost,
   * what was in flight is uncommitted and will be read again.
   */
  static final int UNDRAINED = 75;

  private ExitCode() {}
}
