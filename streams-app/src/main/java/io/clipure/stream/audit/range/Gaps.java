package io.clipure.stream.audit.range;

/**
 * Offsets of one partition that gave no record.
 *
 * @param deletedBeforeStart offsets asked for that were deleted before the range was planned
 * @param missingInside offsets of the range without a visible record: compacted, deleted since,
 *     aborted, or a transaction's marker
 */
public record Gaps(long deletedBeforeStart, long missingInside) {}
