package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.topology.DeadLetters;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes of a dead letter the record that goes back: the event's key, value and original headers,
 * byte for byte, and the trace.
 *
 * <p>A header names the topic to send to, and whoever may write dead letters may write headers. So
 * events go back to the service's own input only, unless the operator names another topic.
 *
 * <p><b>Threading</b>: one thread.
 */
final class RequeuePlan {
  /** A letter and its record, or why there is none. */
  sealed interface Planned {
    /** Can be sent. */
    record Ready(DeadLetter letter, ProducerRecord<byte[], byte[]> record) implements Planned {
      /** Where it goes, for people. */
      String target() {
        return record.partition() == null
            ? record.topic() + " by key"
            : record.topic() + "-" + record.partition();
      }

      long bytes() {
        return DeadLetterText.length(record.key()) + DeadLetterText.length(record.value());
      }
    }

    /** Cannot be sent. */
    record Impossible(DeadLetter letter, String why) implements Planned {}
  }

  private final DeadLetterTopic reader;
  private final Optional<String> to;
  private final Set<String> inputs;
  private final Clock clock;
  private final Map<String, Integer> partitions = new HashMap<>();

  /**
   * Creates the plan.
   *
   * @param reader reads original events; not the one that is in the middle of the dead letters
   * @param to topic that every record goes to; empty: where it came from
   * @throws RefusedException if that topic is not there, or is one of ours that must not be fed
   */
  RequeuePlan(AppConfig config, DeadLetterTopic reader, Optional<String> to, Clock clock) {
    this.reader = reader;
    this.to = to;
    this.inputs = config.topics().inputs();
    this.clock = clock;
    to.ifPresent(
        topic -> {
          if (topic.equals(reader.name()) || topic.equals(config.topics().deadLetterRequeued())) {
            throw new RefusedException(
                "--to=" + topic + " is where dead letters are kept; name the topic to classify");
          }
          partitions(topic);
        });
  }

  Planned plan(DeadLetter letter) {
    Optional<DeadLetter.Source> source = letter.source();
    String target = to.or(() -> source.map(DeadLetter.Source::topic)).orElse(null);
    if (target == null) {
      return impossible(letter, "its headers do not say where it came from; name a topic by --to");
    }
    if (to.isEmpty() && !inputs.contains(target)) {
      return impossible(
          letter, "it came from " + target + ", which is not " + inputs + "; name a topic by --to");
    }
    ConsumerRecord<byte[], byte[]> event = letter.record();
    if (letter.incomplete()) {
      Optional<ConsumerRecord<byte[], byte[]>> original = source.flatMap(this::original);
      if (original.isEmpty()) {
        return impossible(
            letter,
            "it carries no value, and "
                + source.map(DeadLetter.Source::toString).orElse("its source")
                + " is no longer there; publish the image again");
      }
      event = original.get();
      if (!same(letter.valueOmitted(), event.value()) || !same(letter.keyOmitted(), event.key())) {
        return impossible(
            letter,
            "it carries no value, and what stands at "
                + source.get()
                + " is another event (SHA-256 differs); publish the image again");
      }
    }
    int count = partitions(target);
    Integer partition =
        source.map(DeadLetter.Source::partition).filter(p -> p < count).orElse(null);
    return new Planned.Ready(
        letter,
        new ProducerRecord<>(
            target,
            partition,
            null,
            event.key(),
            event.value(),
            DeadLetters.requeued(
                event.headers(),
                letter.attempt(),
                reader.name()
                    + "-"
                    + letter.position().partition()
                    + "@"
                    + letter.position().offset(),
                clock.millis())));
  }

  private Optional<ConsumerRecord<byte[], byte[]>> original(DeadLetter.Source source) {
    if (reader.describe(source.topic()).isEmpty()
        || source.partition() >= partitions(source.topic())) {
      return Optional.empty();
    }
    return reader.record(new TopicPartition(source.topic(), source.partition()), source.offset());
  }

  private static boolean same(Optional<String> fingerprint, byte[] bytes) {
    return fingerprint
        .map(text -> text.equals(bytes == null ? "null" : DeadLetters.fingerprint(bytes)))
        .orElse(true);
  }

  private int partitions(String topic) {
    return partitions.computeIfAbsent(
        topic,
        name ->
            reader
                .describe(name)
                .orElseThrow(
                    () -> new RefusedException("there is no topic " + name + " to send to"))
                .partitions()
                .size());
  }

  private static Planned impossible(DeadLetter letter, String why) {
    return new Planned.Impossible(letter, why);
  }
}
