package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.audit.diff.Comparison;
import io.clipure.stream.audit.diff.Place;
import io.clipure.stream.audit.diff.RunSource;
import io.clipure.stream.audit.diff.Side;
import io.clipure.stream.audit.range.Gaps;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.audit.range.RangePlanner;
import io.clipure.stream.audit.range.RangeReader;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.config.AppConfig;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads both runs into a comparison, from ends that are fixed before the first record is read. */
final class DiffRuns {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A topic of a run, planned. */
  private record Planned(Side side, boolean dead, DiffOptions.Part part, TopicRange range) {}

  private final AppConfig config;
  private final LiveLine live;
  private final Predicate<String> sample;
  private final List<Planned> planned = new ArrayList<>();

  /**
   * Creates the reader.
   *
   * @param sample which ids take part
   */
  DiffRuns(AppConfig config, LiveLine live, Predicate<String> sample) {
    this.config = config;
    this.live = live;
    this.sample = sample;
  }

  /**
   * Fixes what will be read.
   *
   * @throws io.clipure.stream.audit.AuditException if a topic does not exist, or a point is wrong
   */
  void plan(DiffOptions options) {
    try (Admin admin = Clients.admin(config)) {
      plan(admin, Side.BEFORE, false, Optional.of(options.beforePart(config)));
      plan(admin, Side.AFTER, false, Optional.of(options.afterPart()));
      plan(admin, Side.BEFORE, true, options.beforeDead());
      plan(admin, Side.AFTER, true, options.afterDead());
    }
  }

  private void plan(Admin admin, Side side, boolean dead, Optional<DiffOptions.Part> part) {
    part.ifPresent(
        one ->
            planned.add(
                new Planned(
                    side,
                    dead,
                    one,
                    new RangePlanner().plan(admin, one.topic(), one.from(), one.to()))));
  }

  /** Reads everything planned; answers where each side was read. */
  Map<Side, RunSource> read(Comparison comparison) {
    List<RunSource.Stretch> before = new ArrayList<>();
    List<RunSource.Stretch> after = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
            Clients.consumer(
                config,
                RangeReader.consumerSettings(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        Deserializer<LabelledImage> labelled =
            Clients.serdes(config).labelledImage().deserializer()) {
      for (Planned one : planned) {
        RangeReader reader = new RangeReader(consumer, one.range());
        read(one, reader, labelled, comparison);
        (one.side() == Side.BEFORE ? before : after).addAll(stretches(one, reader.gaps()));
      }
    } catch (KafkaException e) {
      throw Clients.refused(config, e);
    }
    live.clear();
    return Map.of(Side.BEFORE, new RunSource(before), Side.AFTER, new RunSource(after));
  }

  private void read(
      Planned one,
      RangeReader reader,
      Deserializer<LabelledImage> labelled,
      Comparison comparison) {
    long total = one.range().offsets();
    while (!reader.finished()) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (one.dead()) {
          deadLetter(one.side(), record, comparison);
        } else {
          labelled(one.side(), record, labelled, comparison);
        }
      }
      live.show(
          Math.round(reader.progress() * total),
          total,
          "read of " + one.range().topic() + " (" + one.side().key() + ")");
    }
  }

  private void labelled(
      Side side,
      ConsumerRecord<byte[], byte[]> record,
      Deserializer<LabelledImage> labelled,
      Comparison comparison) {
    LabelledImage image;
    try {
      image = labelled.deserialize(record.topic(), record.headers(), record.value());
    } catch (SerializationException e) {
      if (RegistryFailures.isOutage(e)) {
        throw new RefusedException(
            config.redact("the schema registry did not answer: " + Clients.reasons(e))
                + "; check schema.registry.url and its credentials",
            e);
      }
      image = null;
    }
    if (image == null) {
      comparison.unreadable(side);
    } else if (sample.test(image.getId())) {
      comparison.labelled(side, place(record), image);
    }
  }

  private void deadLetter(Side side, ConsumerRecord<byte[], byte[]> record, Comparison comparison) {
    String id = id(record.key());
    if (id != null && !sample.test(id)) {
      return;
    }
    DeadLetter letter = new DeadLetter(record);
    comparison.deadLetter(
        side,
        place(record),
        id,
        letter
            .source()
            .map(source -> new Place(source.topic(), source.partition(), source.offset()))
            .orElse(Place.UNKNOWN),
        letter.reason());
  }

  /** The event id that a key is; null if it is none. */
  private static String id(byte[] key) {
    if (key == null) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static Place place(ConsumerRecord<byte[], byte[]> record) {
    return new Place(record.topic(), record.partition(), record.offset());
  }

  private static List<RunSource.Stretch> stretches(Planned one, Map<Integer, Gaps> gaps) {
    List<RunSource.Stretch> stretches = new ArrayList<>();
    for (PartitionRange range : one.range().partitions()) {
      Gaps gap = gaps.getOrDefault(range.partition(), new Gaps(0, 0));
      stretches.add(
          new RunSource.Stretch(
              one.range().topic(),
              range.partition(),
              range.start(),
              range.end(),
              !(one.part().from() instanceof Point.Offsets) && range.beginsWhereTheLogBegins(),
              gap.deletedBeforeStart(),
              gap.missingInside()));
    }
    return stretches;
  }
}
