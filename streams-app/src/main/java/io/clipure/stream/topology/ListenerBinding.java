package io.clipure.stream.topology;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * A listener on its way to the dead-letter handlers, which Kafka Streams makes itself and tells
 * nothing but the configuration.
 *
 * @param listener told of every dead letter
 * @param graph whose
 */
public record ListenerBinding(ModerationListener listener, Graph graph) {
  /** Configuration key, among those of Kafka Streams: the binding itself. */
  private static final String CONFIG = "clipure.listener";

  /** Adds it to a configuration of Kafka Streams. */
  public void writeTo(Properties properties) {
    properties.put(CONFIG, this);
  }

  /** The binding in a configuration, or one to nobody. */
  static ListenerBinding configured(Map<String, ?> configs) {
    return configs.get(CONFIG) instanceof ListenerBinding bound
        ? bound
        : new ListenerBinding(ModerationListener.NONE, Graph.LIVE);
  }

  void deadLettered(
      ErrorHandlerContext context,
      OptionalLong readAtNanos,
      String reason,
      String message,
      ProducerRecord<byte[], byte[]> letter) {
    byte[] key = context.sourceRawKey();
    listener.deadLettered(
        new DeadLettered(
            graph,
            context.topic(),
            context.partition(),
            context.offset(),
            context.timestamp(),
            Optional.ofNullable(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8)),
            readAtNanos,
            reason,
            message,
            context.headers() == null ? new RecordHeaders() : context.headers(),
            letter.headers()));
  }
}
