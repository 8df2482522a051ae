package io.clipure.stream.audit.diff;

import java.util.Locale;

/** What a run made of an event: a row or a column of the flip matrix. */
public enum Outcome {
  /** Decision of the verdict. */
  ALLOW,
  /** Decision of the verdict. */
  REVIEW,
  /** Decision of the verdict. */
  BLOCK,
  /** No verdict, but a dead letter. */
  DEAD_LETTER,
  /** Neither. */
  ABSENT;

  /** Whether there is a verdict. */
  public boolean isDecision() {
    return compareTo(BLOCK) <= 0;
  }

  /** For tables: a decision as it is written everywhere, else words. */
  public String text() {
    return isDecision() ? name() : name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
