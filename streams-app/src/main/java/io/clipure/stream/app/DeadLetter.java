package io.clipure.stream.app;

import io.clipure.stream.topology.DeadLetters;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of the dead-letter topic. Whoever may write to that topic may write anything into it:
 * every header is checked for its form, and one that has none counts as absent.
 */
record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[\\w.-]{1,249}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final Pattern PARTITION = Pattern.compile("\\d{1,9}");

  /** Where the event stood. */
  record Source(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  Position position() {
    return new Position(record.partition(), record.offset());
  }

  /** Reason code; "(none)" where there is none. */
  String reason() {
    return header(DeadLetters.REASON).orElse("(none)");
  }

  String message() {
    return header(DeadLetters.MESSAGE).orElse("");
  }

  int attempt() {
    return DeadLetters.attempt(record.headers()).orElse(1);
  }

  /** When it was given up; the record's own time where the header is missing. */
  Instant failedAt() {
    return Instant.ofEpochMilli(
        header(DeadLetters.FAILED_AT)
            .filter(text -> NUMBER.matcher(text).matches())
            .map(Long::valueOf)
            .orElse(record.timestamp()));
  }

  /** Empty where the headers do not say. */
  Optional<Source> source() {
    Optional<String> topic =
        header(DeadLetters.SOURCE_TOPIC).filter(text -> TOPIC.matcher(text).matches());
    Optional<String> partition =
        header(DeadLetters.SOURCE_PARTITION).filter(text -> PARTITION.matcher(text).matches());
    Optional<String> offset =
        header(DeadLetters.SOURCE_OFFSET).filter(text -> NUMBER.matcher(text).matches());
    if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Source(topic.get(), Integer.parseInt(partition.get()), Long.parseLong(offset.get())));
  }

  /** What stands for the value that is not carried; empty if it is. */
  Optional<String> valueOmitted() {
    return header(DeadLetters.VALUE_OMITTED);
  }

  /** What stands for the key, and the headers, that are not carried; empty if they are. */
  Optional<String> keyOmitted() {
    return header(DeadLetters.KEY_OMITTED);
  }

  /** Whether sending it back needs the event itself, at its source. */
  boolean incomplete() {
    return valueOmitted().isPresent() || keyOmitted().isPresent();
  }

  private Optional<String> header(String name) {
    return DeadLetters.text(record.headers(), name);
  }
}
