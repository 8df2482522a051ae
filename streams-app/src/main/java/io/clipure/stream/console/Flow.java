package io.clipure.stream.console;

import java.util.OptionalLong;

/**
 * What the service says of itself, now.
 *
 * @param inFlight images admitted and not yet forwarded
 * @param items images encoded since start
 * @param batches encoder calls since start
 * @param maxBatch images a batch can hold
 * @param lag events not yet committed; empty: not known
 * @param state of the streams, for people
 */
public record Flow(
    int inFlight, long items, long batches, int maxBatch, OptionalLong lag, String state) {}
