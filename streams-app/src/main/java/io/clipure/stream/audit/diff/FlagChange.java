package io.clipure.stream.audit.diff;

/**
 * What became of one kind of flag over all events that both runs labelled.
 *
 * @param kind its name
 * @param before events that carried it before
 * @param after events that carried it after
 * @param gained events that carry it only after
 * @param lost events that carried it only before
 */
public record FlagChange(String kind, long before, long after, Rate gained, Rate lost) {}
