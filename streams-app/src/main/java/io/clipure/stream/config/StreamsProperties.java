package io.clipure.stream.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Settings under the names of Kafka's {@code StreamsConfig}. */
final class StreamsProperties {
  private StreamsProperties() {}

  static Map<String, String> of(StreamConfig stream, BatchingConfig batching) {
    Map<String, String> properties = new TreeMap<>(stream.client().values());
    stream.bootstrapServers().ifPresent(text -> properties.put("bootstrap.servers", text));
    properties.put("application.id", stream.applicationId());
    properties.put("processing.guarantee", lower(stream.processingGuarantee()));
    properties.put("num.stream.threads", Integer.toString(stream.threads()));
    properties.put("commit.interval.ms", Long.toString(stream.commitInterval().toMillis()));
    properties.put("group.protocol", lower(stream.groupProtocol()));
    stream.stateDir().ifPresent(path -> properties.put("state.dir", path.toString()));
    if (stream.exactlyOnce() && !Timeouts.setsTransaction(stream)) {
      properties.put(
          Timeouts.TRANSACTION, Long.toString(Timeouts.transactionMillis(stream, batching)));
    }
    return Map.copyOf(properties);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
