package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingSettings;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.DataSize;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the service may hold at most by its configuration, beside a base of classes and buffers:
 * said at start, so that a heap that is too small is known before the first attack.
 *
 * @param heap {@code -Xmx}, bytes
 * @param parts each bound
 */
record MemoryPlan(long heap, List<Part> parts) {
  /** JVM, Kafka clients, label sets; seen about half as large in the demo's configuration. */
  private static final long BASE = 64L << 20;

  /** One bound in bytes. */
  record Part(String name, long bytes) {}

  /**
   * Adds up the configuration's bounds.
   *
   * @param heap {@code -Xmx}, bytes
   * @param imageSize side of the encoder's input, pixels
   * @param workers device workers
   * @param rows of a batch for each image: itself and its views
   */
  static MemoryPlan of(AppConfig config, long heap, int imageSize, int workers, int rows) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("base", BASE));
    parts.add(new Part("in flight", config.batching().maxInFlightBytes().bytes()));
    parts.add(new Part("decoding", config.batching().decodeMemory().bytes()));
    if (!config.fetch().schemes().isEmpty() || !config.image().fileRoots().isEmpty()) {
      // A body of unannounced length grows in a buffer of up to twice its size.
      long most = 2 * config.image().maxBytes().bytes();
      parts.add(new Part("fetching", config.fetch().threads() * most));
    }
    // Pixels in the worker's own buffer and in the engine's copy.
    long batch = 2L * 3 * imageSize * imageSize * rows * config.batching().maxBatch();
    parts.add(new Part("batches", workers * batch));
    config
        .candidate()
        .ifPresent(
            candidate -> {
              BatchingSettings shadow = Settings.shadowBatching(candidate);
              parts.add(new Part("shadow", shadow.maxInFlightBytes()));
            });
    return new MemoryPlan(heap, List.copyOf(parts));
  }

  long total() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** What the heap leaves to Kafka's buffers. */
  long left() {
    return heap - total();
  }

  /** Whether one partition of the largest images fits beside all else. */
  boolean fits(long largestImage) {
    return left() >= 3 * largestImage;
  }

  /** One line. */
  @Override
  public String toString() {
    return "heap "
        + mebibytes(heap)
        + "; at most "
        + parts.stream()
            .map(part -> part.name() + " " + mebibytes(part.bytes()))
            .collect(Collectors.joining(" + "))
        + ", which leaves "
        + mebibytes(Math.max(0, left()))
        + " to Kafka's buffers (each partition three times 1 MiB or its largest record)";
  }

  private static String mebibytes(long bytes) {
    return DataSize.mebibytes(bytes >> 20).toString();
  }
}
