package io.clipure.stream.audit.diff;

/**
 * A distribution of times.
 *
 * @param count times
 * @param meanMicros their mean, microseconds
 * @param p50Micros median, to 3 %
 * @param p95Micros 95 of 100 are no longer
 * @param p99Micros 99 of 100 are no longer
 */
public record Quantiles(
    long count, double meanMicros, long p50Micros, long p95Micros, long p99Micros) {}
