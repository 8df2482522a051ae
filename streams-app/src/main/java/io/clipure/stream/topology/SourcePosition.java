package io.clipure.stream.topology;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Where an event stood.
 *
 * @param topic source topic
 * @param partition its partition
 * @param offset its offset
 */
public record SourcePosition(String topic, int partition, long offset) {

  /** Reads the trace that every record of ours carries; empty if it is not one of ours. */
  public static Optional<SourcePosition> of(Headers headers) {
    Header topic = headers.lastHeader(DeadLetters.SOURCE_TOPIC);
    Header partition = headers.lastHeader(DeadLetters.SOURCE_PARTITION);
    Header offset = headers.lastHeader(DeadLetters.SOURCE_OFFSET);
    if (topic == null || partition == null || offset == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SourcePosition(
              text(topic), Integer.parseInt(text(partition)), Long.parseLong(text(offset))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Writes the trace; a forged one that came with the event goes away. */
  void writeTo(Headers headers) {
    DeadLetters.set(headers, DeadLetters.SOURCE_TOPIC, topic);
    DeadLetters.set(headers, DeadLetters.SOURCE_PARTITION, Integer.toString(partition));
    DeadLetters.set(headers, DeadLetters.SOURCE_OFFSET, Long.toString(offset));
  }

  private static String text(Header header) {
    return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return topic + "-" + partition + " offset " + offset;
  }
}
