package io.clipure.stream.batching;

/**
 * A snapshot of the pipeline's counters since start.
 *
 * @param items images encoded
 * @param batches encoder calls that succeeded
 * @param maxBatch configured batch size
 * @param settled jobs that ended in loading
 * @param failed jobs that failed alone
 * @param inFlight images admitted and not yet forwarded
 * @param inFlightBytes the same in bytes
 * @param peakInFlight highest {@code inFlight} so far
 * @param peakInFlightBytes highest {@code inFlightBytes} so far
 * @param loadNanos time of load threads in loaders
 * @param encodeNanos time of device threads in encoders
 */
public record BatchingStats(
    long items,
    long batches,
    int maxBatch,
    long settled,
    long failed,
    int inFlight,
    long inFlightBytes,
    int peakInFlight,
    long peakInFlightBytes,
    long loadNanos,
    long encodeNanos) {

  /** Mean share of a batch that was used, 0..1; 0 before the first batch. */
  public double fill() {
    return batches == 0 ? 0 : (double) items / ((double) batches * maxBatch);
  }
}
