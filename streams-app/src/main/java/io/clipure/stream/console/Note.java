package io.clipure.stream.console;

/** What the feed is told. */
public sealed interface Note permits VerdictNote, DeadLetterNote {
  /** Whether it is worth a look, and goes before what is ordinary. */
  boolean notable();

  /** When it was decided, milliseconds UTC. */
  long atMillis();
}
