package io.clipure.stream.topology;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Makes dead letters: the event's original key, value and headers, byte for byte, and the headers
 * named here, all UTF-8 text.
 */
public final class DeadLetters {
  /** Configuration key, among those of Kafka Streams: the dead-letter topic. */
  public static final String TOPIC_CONFIG = "clipure.dead-letter.topic";

  /** Configuration key, among those of Kafka Streams: version of this application. */
  public static final String VERSION_CONFIG = "clipure.application.version";

  /** Reason code. */
  public static final String REASON = "clipure.reason";

  /** One line for people. */
  public static final String MESSAGE = "clipure.message";

  /** Topic the event was read from. */
  public static final String SOURCE_TOPIC = "clipure.source.topic";

  /** Its partition, decimal. */
  public static final String SOURCE_PARTITION = "clipure.source.partition";

  /** Its offset, decimal. */
  public static final String SOURCE_OFFSET = "clipure.source.offset";

  /** Its timestamp, milliseconds UTC, decimal. */
  public static final String SOURCE_TIMESTAMP = "clipure.source.timestamp";

  /** When it was given up, milliseconds UTC, decimal; also the dead letter's own timestamp. */
  public static final String FAILED_AT = "clipure.failed.at";

  /** Version of the application that gave it up. */
  public static final String APPLICATION_VERSION = "clipure.application.version";

  private static final int MAX_MESSAGE = 2_000;

  private final String topic;
  private final String applicationVersion;
  private final Clock clock;

  private DeadLetters(String topic, String applicationVersion, Clock clock) {
    this.topic = topic;
    this.applicationVersion = applicationVersion;
    this.clock = clock;
  }

  /**
   * Reads the configuration that {@link StreamsSettings} writes.
   *
   * @throws ConfigException if a key is missing
   */
  static DeadLetters configured(Map<String, ?> configs) {
    return new DeadLetters(
        required(configs, TOPIC_CONFIG), required(configs, VERSION_CONFIG), Clock.systemUTC());
  }

  private static String required(Map<String, ?> configs, String key) {
    if (configs.get(key) instanceof String value && !value.isBlank()) {
      return value;
    }
    throw new ConfigException(key + " is missing; the Streams configuration must carry it");
  }

  ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context, String reason, String message) {
    long now = clock.millis();
    RecordHeaders headers = new RecordHeaders(context.headers().toArray());
    add(headers, REASON, reason);
    add(headers, MESSAGE, oneLine(message));
    add(headers, SOURCE_TOPIC, context.topic());
    add(headers, SOURCE_PARTITION, Integer.toString(context.partition()));
    add(headers, SOURCE_OFFSET, Long.toString(context.offset()));
    add(headers, SOURCE_TIMESTAMP, Long.toString(context.timestamp()));
    add(headers, FAILED_AT, Long.toString(now));
    add(headers, APPLICATION_VERSION, applicationVersion);
    return new ProducerRecord<>(
        topic, null, now, context.sourceRawKey(), context.sourceRawValue(), headers);
  }

  private static void add(RecordHeaders headers, String key, String value) {
    // A replayed dead letter carries headers of its first failure: the newest must be the only.
    headers.remove(key);
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String oneLine(String message) {
    String line = String.valueOf(message).replaceAll("\\s+", " ");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
  }
}
