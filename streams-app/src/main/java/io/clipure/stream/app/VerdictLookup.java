package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Finds single verdicts: at a place, in a file. */
final class VerdictLookup {
  private static final Pattern PLACE =
      Pattern.compile("(?:([\\w.-]{1,249}):)?(\\d{1,9}:\\d{1,18})");

  /** A record of verdicts is kilobytes; more is another file. */
  private static final long MAX_RECORD_BYTES = 64L << 20;

  private VerdictLookup() {}

  /** Takes what was found. */
  interface Sink {
    /**
     * A verdict.
     *
     * @param place where it stood
     */
    void verdict(String place, LabelledImage verdict);

    /**
     * Something that was named and is not there.
     *
     * @param name what was named
     */
    void missing(String name, String detail);
  }

  /** Hands over the verdict at a place. */
  static void at(
      AppConfig config,
      RecordAt records,
      Deserializer<LabelledImage> labelled,
      String topic,
      Position at,
      Sink sink) {
    String place = topic + " " + at;
    var record = records.at(new TopicPartition(topic, at.partition()), at.offset());
    LabelledImage verdict =
        record.map(found -> LabelledRange.verdict(config, labelled, found)).orElse(null);
    if (verdict == null) {
      sink.missing(place, record.isEmpty() ? "there is no record" : "the record is no verdict");
    } else {
      sink.verdict(place, verdict);
    }
  }

  /**
   * Takes a place apart: topic, which may be null, and position.
   *
   * @throws RefusedException if it is malformed
   */
  static Matcher place(String text) {
    Matcher place = PLACE.matcher(text);
    if (!place.matches()) {
      throw new RefusedException(
          "--at %s: expected [TOPIC:]PARTITION:OFFSET, for example images.labelled:0:42"
              .formatted(SafeText.cut(SafeText.of(text), 60)));
    }
    return place;
  }

  /**
   * Hands over the verdict in a file.
   *
   * @throws RefusedException if it cannot be read, or the registry does not answer
   */
  static void file(AppConfig config, Path file, Sink sink) {
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_RECORD_BYTES) {
        throw new RefusedException(
            "%s has %d bytes, too many for a verdict".formatted(file, Files.size(file)));
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new RefusedException(
          "%s cannot be read (%s); name a file that holds a record's value"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
    try (Deserializer<LabelledImage> labelled =
        Clients.serdes(config).labelledImage().deserializer()) {
      LabelledImage verdict = labelled.deserialize(config.topics().labelled(), bytes);
      if (verdict == null) {
        sink.missing(file.toString(), "the file is empty");
      } else {
        sink.verdict(file.toString(), verdict);
      }
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw Clients.refused(config, e);
      }
      sink.missing(
          file.toString(),
          "the file holds no verdict in Confluent's framing that the registry knows");
    }
  }
}
