package io.clipure.stream.audit.range;

/**
 * Offsets [start, end) of one partition.
 *
 * @param partition number of the partition
 * @param requested first offset that was asked for; below {@code start} where retention had removed
 *     records already
 * @param logStart earliest offset there was when the range was planned
 * @param start first offset to read
 * @param end offset after the last to read; never moves
 */
public record PartitionRange(int partition, long requested, long logStart, long start, long end) {

  /** Checks the order of the offsets. */
  public PartitionRange {
    if (partition < 0
        || requested < 0
        || logStart < 0
        || start < requested
        || end < start
        || (start > requested && start > logStart)) {
      throw new IllegalArgumentException(
          "partition %d: requested %d, log start %d, start %d, end %d are out of order"
              .formatted(partition, requested, logStart, start, end));
    }
  }

  /** Number of offsets, with or without a record. */
  public long offsets() {
    return end - start;
  }

  /** Whether {@code offset} is inside. */
  public boolean contains(long offset) {
    return offset >= start && offset < end;
  }

  /** Offsets asked for that were deleted before the range was planned. */
  public long deletedBeforeStart() {
    return start - requested;
  }

  /**
   * Whether the topic held records before this range once, and they are deleted. Who asked for the
   * earliest record, or for a time, cannot see from the offsets whether anything is missing: the
   * answer must be shown.
   */
  public boolean beginsWhereTheLogBegins() {
    return logStart > 0 && start == logStart;
  }
}
