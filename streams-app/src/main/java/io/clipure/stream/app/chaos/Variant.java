package io.clipure.stream.app.chaos;

import java.util.Locale;

/**
 * A scenario under one configuration of the service.
 *
 * @param scenario what is broken
 * @param guarantee value of {@code stream.processing-guarantee}
 * @param protocol value of {@code stream.group-protocol}
 * @param seed of events and faults
 */
record Variant(Scenario scenario, Guarantee guarantee, Protocol protocol, long seed) {
  /** Delivery promises. */
  enum Guarantee {
    AT_LEAST_ONCE,
    EXACTLY_ONCE_V2;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Rebalance protocols. */
  enum Protocol {
    CLASSIC,
    STREAMS;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
