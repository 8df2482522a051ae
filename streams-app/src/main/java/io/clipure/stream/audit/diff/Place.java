package io.clipure.stream.audit.diff;

/**
 * Where a record stands.
 *
 * @param topic its topic; empty: not known
 * @param partition its partition, -1: not known
 * @param offset its offset, -1: not known
 */
public record Place(String topic, int partition, long offset) {
  /** Of an event whose origin nobody wrote down. */
  public static final Place UNKNOWN = new Place("", -1, -1);

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
