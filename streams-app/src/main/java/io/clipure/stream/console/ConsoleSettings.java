package io.clipure.stream.console;

import java.util.Set;

/**
 * Bounds of the page.
 *
 * @param history entries kept of each kind: ordinary verdicts, those worth a look, dead letters
 * @param hosts names besides {@code localhost} and IP addresses under which it may be reached, in
 *     lower case
 */
public record ConsoleSettings(int history, Set<String> hosts) {
  /** Pages that may listen at a time. */
  static final int MAX_CLIENTS = 16;

  /** A page that takes nothing for this long is let go. */
  static final int CLIENT_PATIENCE_SECONDS = 15;

  /** All entries together. */
  static final long MAX_BYTES = 48L << 20;

  /** Longer side of the pictures that are kept, pixels at most. */
  static final int PICTURE_SIDE = 128;

  /** Copies. */
  public ConsoleSettings {
    hosts = Set.copyOf(hosts);
    if (history < 1) {
      throw new IllegalArgumentException("history is " + history + "; expected at least 1");
    }
  }
}
