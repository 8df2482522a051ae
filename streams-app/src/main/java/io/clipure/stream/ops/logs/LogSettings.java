package io.clipure.stream.ops.logs;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Settings of the log.
 *
 * @param format how a line looks
 * @param repeats most lines of one kind in a window, the others are counted; 0: no limit
 * @param window how long a window is
 * @param redact cuts secrets out of a message
 */
public record LogSettings(
    LogFormat format, int repeats, Duration window, UnaryOperator<String> redact) {
  /** Plain, and no storm longer than 20 lines a minute. */
  public static final LogSettings DEFAULTS =
      new LogSettings(LogFormat.PLAIN, 20, Duration.ofMinutes(1), UnaryOperator.identity());

  /** The same in another format. */
  public LogSettings with(LogFormat other) {
    return new LogSettings(other, repeats, window, redact);
  }
}
