package io.clipure.stream.app.chaos;

/**
 * One acknowledged event.
 *
 * @param id event id and record key; it carries partition and sequence number
 * @param kind what it is
 * @param partition partition of the images topic; results with this key go to the same number
 * @param sequence position among the events of that partition, from 0
 * @param offset offset the broker acknowledged
 * @param valueDigest of the record's value, as a dead letter must carry it
 * @param imageDigest of the encoded image; null for kinds without
 */
record Sent(
    String id,
    EventKind kind,
    int partition,
    int sequence,
    long offset,
    String valueDigest,
    String imageDigest) {}
