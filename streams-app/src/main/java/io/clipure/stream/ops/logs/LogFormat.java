package io.clipure.stream.ops.logs;

/** How a log line looks. */
public enum LogFormat {
  /** For people. */
  PLAIN,
  /** An object a line, for log collectors. */
  JSON
}
