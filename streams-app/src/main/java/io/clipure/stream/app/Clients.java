package io.clipure.stream.app;

import io.clipure.schemas.ConfluentSerdes;
import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelSet;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.config.AppConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.serialization.Serde;

/** Kafka clients and serdes of a configuration. */
final class Clients {
  private static final String PRODUCER = "producer.";

  /** The three record formats. */
  record Serdes(
      Serde<ImageEvent> imageEvent, Serde<LabelledImage> labelledImage, Serde<LabelSet> labelSet) {}

  private Clients() {}

  /**
   * What producers, consumers and admin clients of the commands share: the addresses and the {@code
   * kafka.*} keys that are not meant for one kind of client or for Kafka Streams alone.
   */
  static Map<String, Object> config(AppConfig config) {
    Map<String, Object> client = new HashMap<>();
    config.stream()
        .client()
        .values()
        .forEach(
            (key, value) -> {
              if (CLIENT_KEYS.stream().anyMatch(key::startsWith)) {
                client.put(key, value);
              }
            });
    client.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        config.stream().bootstrapServers().orElseThrow());
    return client;
  }

  /** Prefixes of keys that every client understands. */
  private static final java.util.List<String> CLIENT_KEYS =
      java.util.List.of(
          "security.",
          "sasl.",
          "ssl.",
          "client.",
          "request.timeout.ms",
          "retry.backoff",
          "reconnect.backoff",
          "connections.max.idle.ms",
          "metadata.max.age.ms",
          "socket.connection.setup",
          "default.api.timeout.ms");

  static Serdes serdes(AppConfig config) {
    Map<String, String> registry = config.registry().serdeProperties();
    return new Serdes(
        ConfluentSerdes.imageEvent(registry),
        ConfluentSerdes.labelledImage(registry),
        ConfluentSerdes.labelSet(registry));
  }

  /** A publisher to the images topic. */
  static ImagePublisher publisher(AppConfig config) {
    Map<String, Object> client = config(config);
    client.putAll(producerKeys(config));
    return new ImagePublisher(
        client, serdes(config).imageEvent().serializer(), config.topics().images());
  }

  /** The {@code kafka.producer.*} keys, without that prefix. */
  static Map<String, Object> producerKeys(AppConfig config) {
    Map<String, Object> keys = new HashMap<>();
    config.stream()
        .client()
        .values()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PRODUCER)) {
                keys.put(key.substring(PRODUCER.length()), value);
              }
            });
    return keys;
  }
}
