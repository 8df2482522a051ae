package io.clipure.stream.app.chaos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Time limits of brokers and services, far shorter than their defaults, so that many faults fit
 * into minutes.
 */
final class Timing {
  static final Duration SESSION = Duration.ofSeconds(4);
  static final Duration TRANSACTION = Duration.ofSeconds(9);

  private Timing() {}

  /** Broker properties. */
  static Map<String, String> broker() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("group.min.session.timeout.ms", "1000");
    properties.put("group.streams.min.session.timeout.ms", "1000");
    properties.put("group.streams.session.timeout.ms", millis(SESSION));
    properties.put("group.streams.min.heartbeat.interval.ms", "100");
    properties.put("group.streams.heartbeat.interval.ms", "500");
    properties.put("group.streams.initial.rebalance.delay.ms", "0");
    properties.put("group.streams.assignment.interval.ms", "0");
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    // Brokers that fail do not say good-bye.
    properties.put("controlled.shutdown.enable", "false");
    properties.put("broker.session.timeout.ms", "4000");
    properties.put("broker.heartbeat.interval.ms", "500");
    return properties;
  }

  /** Keys of the service's configuration. */
  static Map<String, String> service() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("stream.commit-interval", "200ms");
    keys.put("batching.drain-deadline", "4s");
    keys.put("batching.device-deadline", "1500ms");
    keys.put("kafka.consumer.session.timeout.ms", millis(SESSION));
    keys.put("kafka.consumer.heartbeat.interval.ms", "500");
    keys.put("kafka.producer.transaction.timeout.ms", millis(TRANSACTION));
    return keys;
  }

  /**
   * Keys of a service that follows references: a slow host must be given up before the drain is,
   * and a transaction must last longer than both.
   */
  static Map<String, String> downloads() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("fetch.schemes", "http");
    keys.put("fetch.allowed-hosts", "127.0.0.1,localhost");
    keys.put("fetch.allowed-addresses", "127.0.0.0/8,::1/128");
    keys.put("fetch.threads", "16");
    keys.put("fetch.per-host", "8");
    keys.put("fetch.timeout", "1500ms");
    keys.put("fetch.attempts", "3");
    keys.put("fetch.backoff", "50ms");
    keys.put("fetch.patience", "6s");
    keys.put("batching.drain-deadline", "8s");
    keys.put("kafka.producer.transaction.timeout.ms", "17000");
    return keys;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
