package io.clipure.stream.audit.diff;

import java.util.List;

/**
 * Where a run was read.
 *
 * @param stretches one for each partition of each topic
 */
public record RunSource(List<Stretch> stretches) {
  /**
   * Offsets of one partition.
   *
   * @param topic the topic
   * @param partition the partition
   * @param start first offset read
   * @param end offset before which the reading ended
   * @param afterDeletion whether it begins where the topic begins, and that is not offset 0
   * @param deletedBeforeStart offsets asked for that retention had removed
   * @param missingInside offsets without a visible record: compacted, aborted, markers
   */
  public record Stretch(
      String topic,
      int partition,
      long start,
      long end,
      boolean afterDeletion,
      long deletedBeforeStart,
      long missingInside) {}

  /** Copies. */
  public RunSource {
    stretches = List.copyOf(stretches);
  }

  /** Offsets that were asked for and that retention had removed. */
  public long deleted() {
    return stretches.stream().mapToLong(Stretch::deletedBeforeStart).sum();
  }

  /** Whether the topic had records before the first one read, and has lost them. */
  public boolean beginsAtLogStart() {
    return stretches.stream().anyMatch(Stretch::afterDeletion);
  }

  /** Offsets inside that hold no visible record. */
  public long missing() {
    return stretches.stream().mapToLong(Stretch::missingInside).sum();
  }

  /** Names of the topics, each once. */
  public List<String> topics() {
    return stretches.stream().map(Stretch::topic).distinct().toList();
  }
}
