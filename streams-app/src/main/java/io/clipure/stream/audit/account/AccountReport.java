package io.clipure.stream.audit.account;

import java.util.List;
import java.util.Map;

/**
 * The account at the end of an audit: {@code offsets = labelled + deadLettered − both + deleted +
 * withoutRecord + unaccounted}.
 *
 * @param offsets offsets of the plan
 * @param labelled offsets with a new verdict
 * @param deadLettered offsets with a dead letter
 * @param both offsets with both
 * @param doubled output records beyond the first of an offset
 * @param deletedBefore offsets asked for that were deleted before the plan was made; not in {@code
 *     offsets}
 * @param deleted offsets deleted since, before they were read
 * @param withoutRecord offsets without a visible record: compacted, aborted, transaction markers
 * @param unaccounted records of the source that came out nowhere
 * @param unaccountedAt the first of them, {@code partition:offset}
 * @param strangers output records that belong to no offset of the plan
 * @param lowConfidence records of the low-confidence topic
 * @param adversarial records of the adversarial topic
 * @param reasons dead letters by reason
 * @param begunAtLogStart partitions that begin where the log began: what was before, if anything
 *     was asked for, had been deleted
 */
public record AccountReport(
    long offsets,
    long labelled,
    long deadLettered,
    long both,
    long doubled,
    long deletedBefore,
    long deleted,
    long withoutRecord,
    long unaccounted,
    List<String> unaccountedAt,
    long strangers,
    long lowConfidence,
    long adversarial,
    Map<String, Long> reasons,
    List<Integer> begunAtLogStart) {

  /** Records of the source that came out. */
  public long read() {
    return labelled + deadLettered - both;
  }

  /** Whether every record came out. */
  public boolean complete() {
    return unaccounted == 0 && strangers == 0;
  }

  /** Whether none came out more than once. */
  public boolean exactlyOnce() {
    return both == 0 && doubled == 0;
  }
}
