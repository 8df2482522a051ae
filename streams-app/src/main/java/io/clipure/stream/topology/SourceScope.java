package io.clipure.stream.topology;

import java.util.Map;

/**
 * Which records of a source are to be processed; others are passed over without any output. An
 * audit reads a fixed stretch of a topic that live producers go on writing to.
 *
 * <p>Implementations are asked on stream threads and must be thread-safe.
 */
@FunctionalInterface
public interface SourceScope {
  /** Configuration key, among those of Kafka Streams: the instance; absent: everything. */
  String CONFIG = "clipure.source.scope";

  /** Whether the record at this position is to be processed. */
  boolean contains(String topic, int partition, long offset);

  /** The scope of a Kafka Streams configuration. */
  static SourceScope configured(Map<String, ?> configs) {
    return configs.get(CONFIG) instanceof SourceScope scope ? scope : (t, p, o) -> true;
  }
}
