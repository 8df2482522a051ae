package io.clipure.stream.app;

/** A share of one as a bar of plain characters. */
final class ScoreBar {
  private ScoreBar() {}

  /**
   * A bar.
   *
   * @param share 0 to 1
   * @param threshold marked by {@code |}; null: none
   * @param width in characters
   */
  static String of(double share, Double threshold, int width) {
    int filled = cells(share, width);
    StringBuilder bar = new StringBuilder("#".repeat(filled) + " ".repeat(width - filled));
    if (share > 0 && filled == 0) {
      bar.setCharAt(0, '.');
    }
    if (threshold != null) {
      bar.setCharAt(Math.min(width - 1, cells(threshold, width)), '|');
    }
    return bar.toString().stripTrailing();
  }

  private static int cells(double share, int width) {
    return (int) Math.round(Math.max(0, Math.min(1, share)) * width);
  }
}
