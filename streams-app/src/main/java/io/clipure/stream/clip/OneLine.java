package io.clipure.stream.clip;

/** Text of other libraries, made fit for a one-line message. */
final class OneLine {
  private static final int LIMIT = 240;

  private OneLine() {}

  /** The innermost cause's message with whitespace collapsed, cut after {@value #LIMIT} chars. */
  static String of(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : of(message);
  }

  /** The text with whitespace collapsed, cut after {@value #LIMIT} characters. */
  static String of(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LIMIT ? line : line.substring(0, LIMIT) + "…";
  }
}
