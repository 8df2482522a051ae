package io.clipure.stream.audit.review;

import java.util.OptionalDouble;

/**
 * A share with its 95 % interval.
 *
 * @param value the share; empty: nothing was reviewed that could tell
 * @param low lower end, 0 to 1
 * @param high upper end
 */
public record Estimate(OptionalDouble value, double low, double high) {}
