package io.clipure.stream.topology;

import java.util.Locale;

/** Delivery guarantees of Kafka Streams. */
public enum ProcessingGuarantee {
  /** Nothing lost; results may be doubled after a failure. */
  AT_LEAST_ONCE,
  /** Nothing lost and nothing doubled for readers with {@code isolation.level=read_committed}. */
  EXACTLY_ONCE_V2;

  /** The value of {@code processing.guarantee}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
