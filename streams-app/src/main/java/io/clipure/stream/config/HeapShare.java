package io.clipure.stream.config;

/**
 * Defaults that fit the process: a part of the largest heap this JVM may have ({@code -Xmx}), so
 * that a small container is bounded without a setting, and a large one is not held back.
 */
final class HeapShare {
  private static final DataSize LEAST = DataSize.mebibytes(16);

  private HeapShare() {}

  /** {@code eighths} eighths of the heap in whole MiB, at least 16 MiB and at most {@code most}. */
  static DataSize eighths(int eighths, DataSize most) {
    return eighths(eighths, most, Runtime.getRuntime().maxMemory());
  }

  static DataSize eighths(int eighths, DataSize most, long heapBytes) {
    long mebibytes = heapBytes / 8 * eighths >> 20;
    DataSize share = DataSize.mebibytes(Math.max(mebibytes, LEAST.bytes() >> 20));
    return share.compareTo(most) <= 0 ? share : most;
  }
}
