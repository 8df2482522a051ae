package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.audit.range.Gaps;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.config.AppConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import picocli.CommandLine.Option;

/** Options of commands that read a stretch of the verdicts, and the reading. */
final class LabelledRange {
  private static final Duration POLL = Duration.ofMillis(200);

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Topic of verdicts (default: key topics.images-labelled).")
  private String topic;

  @Option(
      names = "--from",
      paramLabel = "POINT",
      defaultValue = "earliest",
      description = "Where to start: " + Point.SYNTAX + " (default: ${DEFAULT-VALUE}).")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "POINT",
      defaultValue = "latest",
      description = "Where to end (default: ${DEFAULT-VALUE}, as it is at the start).")
  private String to;

  /**
   * What was read.
   *
   * @param verdicts records that are verdicts
   * @param others records that are none
   * @param gaps offsets without a record, in words; empty: none
   */
  record Account(long verdicts, long others, List<String> gaps) {
    /** What did not come, one line each. */
    List<String> warnings() {
      List<String> warnings = new ArrayList<>(gaps);
      if (others > 0) {
        warnings.add(others + " records are no verdicts and were passed over");
      }
      return warnings;
    }
  }

  /** Name of the topic. */
  String topic(AppConfig config) {
    return topic == null ? config.topics().labelled() : topic;
  }

  /**
   * Fixes the stretch; how far the topic goes now is how far it will be read.
   *
   * @throws io.clipure.stream.audit.AuditException if it cannot be
   */
  TopicRange plan(AppConfig config) {
    Point start = Point.parse(from);
    Point end = Point.parse(to);
    try (Admin admin = Clients.admin(config)) {
      return new RangePlanner().plan(admin, topic(config), start, end);
    }
  }

  /**
   * Hands over every verdict of a stretch with its position, partition after partition.
   *
   * @throws RefusedException if cluster or registry do not answer
   */
  static Account read(
      AppConfig config,
      TopicRange range,
      LiveLine live,
      String note,
      BiConsumer<Position, LabelledImage> sink) {
    long verdicts = 0;
    long others = 0;
    Map<String, Object> settings = DeadLetterTopic.bounded(new HashMap<>());
    settings.putAll(RangeReader.consumerSettings());
    try (Consumer<byte[], byte[]> consumer =
            Clients.consumer(
                config, settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Deserializer<LabelledImage> labelled =
            Clients.serdes(config).labelledImage().deserializer()) {
      Map<Integer, Gaps> gaps = new TreeMap<>();
      long behind = 0;
      // One partition after the other: the order of what comes out does not depend on the moment.
      for (PartitionRange part : range.partitions()) {
        RangeReader reader =
            new RangeReader(consumer, new TopicRange(range.topic(), List.of(part)));
        while (!reader.finished()) {
          for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
            LabelledImage verdict = verdict(config, labelled, record);
            if (verdict == null) {
              others++;
            } else {
              verdicts++;
              sink.accept(new Position(record.partition(), record.offset()), verdict);
            }
          }
          live.show(behind + Math.round(reader.progress() * part.offsets()), range.offsets(), note);
        }
        behind += part.offsets();
        gaps.putAll(reader.gaps());
      }
      live.clear();
      return new Account(verdicts, others, gaps(range, gaps));
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
  }

  /** A record as a verdict; null if it is none. */
  static LabelledImage verdict(
      AppConfig config,
      Deserializer<LabelledImage> labelled,
      ConsumerRecord<byte[], byte[]> record) {
    try {
      return labelled.deserialize(record.topic(), record.headers(), record.value());
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw Clients.refused(config, e);
      }
      return null;
    }
  }

  private static List<String> gaps(TopicRange range, Map<Integer, Gaps> gaps) {
    long deleted = gaps.values().stream().mapToLong(Gaps::deletedBeforeStart).sum();
    long missing = gaps.values().stream().mapToLong(Gaps::missingInside).sum();
    List<String> lines = new ArrayList<>();
    if (deleted > 0) {
      lines.add(
          "%d offsets of %s that were asked for are deleted".formatted(deleted, range.topic()));
    }
    long begun = range.partitions().stream().filter(part -> part.beginsWhereTheLogBegins()).count();
    if (begun > 0) {
      lines.add(
          "%s no longer holds what came first: %d partitions begin after offset 0"
              .formatted(range.topic(), begun));
    }
    if (missing > 0) {
      lines.add(
          "%d offsets of %s hold no record: transaction markers, aborted, compacted or deleted"
              .formatted(missing, range.topic()));
    }
    return lines;
  }
}
