package io.clipure.stream.batching;

/**
 * A snapshot of the pipeline's counters since start.
 *
 * @param items images encoded
 * @param batches encoder calls that succeeded
 * @param maxBatch configured batch size
 * @param settled jobs that ended in loading
 * @param failed jobs that failed alone
 * @param expired jobs whose deadline passed before inference
 * @param all room taken, both lanes together
 * @param live room taken by live images
 * @param backfill room taken by back-fill images
 * @param queued decoded images that wait for a device
 * @param fetchSlots fetches running and fetched images not yet decoded
 * @param decodeBytes memory of decodings, in bytes
 * @param loadNanos time of fetch and load threads in steps
 * @param encodeNanos time of device threads in encoders, for batches that succeeded
 * @param faults what went wrong on devices
 */
public record BatchingStats(
    long items,
    long batches,
    int maxBatch,
    long settled,
    long failed,
    long expired,
    InFlight all,
    InFlight live,
    InFlight backfill,
    Queued queued,
    Use fetchSlots,
    Use decodeBytes,
    long loadNanos,
    long encodeNanos,
    Faults faults) {

  /**
   * Images admitted and not yet forwarded.
   *
   * @param count now
   * @param bytes now
   * @param peakCount highest so far
   * @param peakBytes highest so far
   */
  public record InFlight(int count, long bytes, int peakCount, long peakBytes) {}

  /**
   * Images that wait.
   *
   * @param live of the live lane
   * @param backfill of the back-fill lane
   */
  public record Queued(int live, int backfill) {}

  /**
   * A bounded resource.
   *
   * @param now taken now
   * @param peak highest so far
   */
  public record Use(long now, long peak) {}

  /**
   * Faults of devices, and what was done.
   *
   * @param hangs encoder calls that outlasted the device deadline
   * @param replaced encoders opened in place of one that hung or failed
   * @param retired device workers given up for good
   * @param outOfMemory batches halved because memory ran out
   * @param retries images that went to an encoder again
   */
  public record Faults(long hangs, long replaced, long retired, long outOfMemory, long retries) {}

  /** Images admitted and not yet forwarded. */
  public int inFlight() {
    return all.count();
  }

  /** The same in bytes. */
  public long inFlightBytes() {
    return all.bytes();
  }

  /** Highest {@link #inFlight} so far. */
  public int peakInFlight() {
    return all.peakCount();
  }

  /** Highest {@link #inFlightBytes} so far. */
  public long peakInFlightBytes() {
    return all.peakBytes();
  }

  /** Mean share of a batch that was used, 0..1; 0 before the first batch. */
  public double fill() {
    return batches == 0 ? 0 : (double) items / ((double) batches * maxBatch);
  }
}
