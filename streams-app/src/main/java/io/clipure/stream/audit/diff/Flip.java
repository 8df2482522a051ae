package io.clipure.stream.audit.diff;

/**
 * How many events went from one top label to another.
 *
 * @param before top label before
 * @param after top label after
 * @param images events
 */
public record Flip(String before, String after, long images) {}
