package io.clipure.stream.app.chaos;

import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.topology.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads output records into {@link Seen}. Used by one thread. */
final class SeenReader {
  private final Map<String, Seen.Output> outputs;
  private final Deserializer<LabelledImage> labelled;

  /**
   * Creates the reader.
   *
   * @param outputs topic name to what it holds
   */
  SeenReader(Map<String, Seen.Output> outputs, Deserializer<LabelledImage> labelled) {
    this.outputs = outputs;
    this.labelled = labelled;
  }

  Seen read(ConsumerRecord<byte[], byte[]> record, long now) {
    Seen.Output output = outputs.get(record.topic());
    String id = id(record);
    if (output == Seen.Output.DEAD_LETTER) {
      return new Seen(
          output,
          record.partition(),
          record.offset(),
          id,
          Integer.parseInt(header(record, DeadLetters.SOURCE_PARTITION)),
          Long.parseLong(header(record, DeadLetters.SOURCE_OFFSET)),
          Long.parseLong(header(record, DeadLetters.FAILED_AT)),
          now,
          Digests.of(record.value()),
          header(record, DeadLetters.REASON),
          false,
          false);
    }
    LabelledImage image = labelled.deserialize(record.topic(), record.headers(), record.value());
    return new Seen(
        output,
        record.partition(),
        record.offset(),
        id,
        image.getOrigin().getPartition(),
        image.getOrigin().getOffset(),
        image.getTimings().getLabelledAt().toEpochMilli(),
        now,
        image.getImage().getSha256(),
        image.getTopLabel() + " " + image.getTopScore(),
        flagged(image, FlagKind.LOW_CONFIDENCE),
        flagged(image, FlagKind.SUSPECTED_ADVERSARIAL));
  }

  /** The event's id. */
  static String id(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static boolean flagged(LabelledImage image, FlagKind kind) {
    return image.getFlags().stream().anyMatch(flag -> flag.getKind() == kind);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new IllegalStateException(
          "dead letter "
              + record.topic()
              + "-"
              + record.partition()
              + " offset "
              + record.offset()
              + " has no header "
              + name);
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
