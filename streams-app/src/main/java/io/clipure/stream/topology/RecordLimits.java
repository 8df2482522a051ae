package io.clipure.stream.topology;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Largest records that the output topics take, before compression: what is larger is not sent,
 * because a refused send cannot be taken back (see {@link Refusals}). Compression might have made
 * it fit; whether it does must not depend on batch-mates, so it does not count.
 *
 * @param resultBytes the smallest limit of the labelled and flagged topics: a result fits all of
 *     them or is sent to none
 * @param deadLetterBytes limit of the dead-letter topic
 */
public record RecordLimits(int resultBytes, int deadLetterBytes) {
  /** Nothing is known of the topics; the producer's own limits hold. */
  public static final RecordLimits UNKNOWN = new RecordLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** Configuration key, among those of Kafka Streams: {@link #resultBytes}. */
  public static final String RESULT_CONFIG = "clipure.result.max-bytes";

  /** Configuration key, among those of Kafka Streams: {@link #deadLetterBytes}. */
  public static final String DEAD_LETTER_CONFIG = "clipure.dead-letter.max-bytes";

  private static final int VARINT_BYTES = 5;

  /** Batch header, and the record's own fields at their longest. */
  private static final int RECORD_OVERHEAD = 61 + 21 + 3 * VARINT_BYTES;

  private static final int DEFAULT_REQUEST_BYTES = 1 << 20;
  private static final long DEFAULT_BUFFER_BYTES = 32L << 20;

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException if a limit is not positive
   */
  public RecordLimits {
    if (resultBytes < 1 || deadLetterBytes < 1) {
      throw new IllegalArgumentException(
          "record limits are %d and %d bytes, expected at least 1"
              .formatted(resultBytes, deadLetterBytes));
    }
  }

  /** The same with room left for headers that are added when a record has been measured. */
  public RecordLimits lessHeaders(int bytes) {
    return new RecordLimits(Math.max(1, resultBytes - bytes), Math.max(1, deadLetterBytes - bytes));
  }

  /** Adds the limits to the configuration of Kafka Streams. */
  public void writeTo(Properties properties) {
    properties.setProperty(RESULT_CONFIG, Integer.toString(resultBytes));
    properties.setProperty(DEAD_LETTER_CONFIG, Integer.toString(deadLetterBytes));
  }

  /** The limits in force: those of the topics where they are known, and the producer's own. */
  static RecordLimits configured(Map<String, ?> configs) {
    long producer =
        Math.min(
            number(configs, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_REQUEST_BYTES),
            number(configs, ProducerConfig.BUFFER_MEMORY_CONFIG, DEFAULT_BUFFER_BYTES));
    return new RecordLimits(
        (int) Math.min(producer, number(configs.get(RESULT_CONFIG), Integer.MAX_VALUE)),
        (int) Math.min(producer, number(configs.get(DEAD_LETTER_CONFIG), Integer.MAX_VALUE)));
  }

  /** Most bytes of a record alone in its batch; what the producer itself checks is not more. */
  static long sizeOf(long keyBytes, long valueBytes, Iterable<Header> headers) {
    long size = RECORD_OVERHEAD + keyBytes + valueBytes;
    for (Header header : headers) {
      size += 2L * VARINT_BYTES + utf8Bytes(header.key()) + length(header.value());
    }
    return size;
  }

  static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static long utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A producer's key, with Streams' prefix or without. */
  private static long number(Map<String, ?> configs, String key, long absent) {
    Object prefixed = configs.get(StreamsConfig.producerPrefix(key));
    return number(prefixed == null ? configs.get(key) : prefixed, absent);
  }

  private static long number(Object value, long absent) {
    if (value == null) {
      return absent;
    }
    try {
      return Long.parseLong(value.toString().trim());
    } catch (NumberFormatException e) {
      throw new ConfigException("'" + value + "' is not a number of bytes");
    }
  }
}
