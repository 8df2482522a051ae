package io.clipure.stream.config;

import java.time.Duration;
import java.util.List;

/**
 * How the log is written.
 *
 * @param format how a line looks
 * @param repeats most lines of one kind in a window; 0: no limit
 * @param repeatWindow how long a window is
 */
public record LogConfig(Format format, int repeats, Duration repeatWindow) {
  /** How a log line looks. */
  public enum Format {
    PLAIN,
    JSON
  }

  static final Setting<Format> FORMAT =
      Setting.of(
          "log.format",
          ValueType.choice(Format.class),
          Format.PLAIN,
          "How log lines look: for people, or an object a line; --log-format wins.");
  static final Setting<Integer> REPEATS =
      Setting.of(
          "log.repeats",
          ValueType.integer(0, 1_000_000),
          20,
          "Most log lines of one kind in a window; of the others there is one line with their"
              + " number. 0: no limit.");
  static final Setting<Duration> REPEAT_WINDOW =
      Setting.of(
          "log.repeat-window",
          ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Duration.ofMinutes(1),
          "How long such a window is.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public LogConfig {
    FORMAT.check(format);
    REPEATS.check(repeats);
    REPEAT_WINDOW.check(repeatWindow);
  }

  static List<Setting<?>> settings() {
    return List.of(FORMAT, REPEATS, REPEAT_WINDOW);
  }

  static LogConfig from(Values values) {
    return new LogConfig(values.get(FORMAT), values.get(REPEATS), values.get(REPEAT_WINDOW));
  }
}
