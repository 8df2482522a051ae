package io.clipure.stream.ops.tracing;

/**
 * Where an event stood.
 *
 * @param event its id
 * @param topic topic it was read from
 * @param partition its partition
 * @param offset its offset
 * @param graph what it went through, for example live or shadow
 */
public record EventOrigin(String event, String topic, int partition, long offset, String graph) {}
