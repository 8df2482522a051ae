package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.RegistryFailures;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.audit.sampling.KeyedHash;
import io.clipure.stream.audit.sampling.SmallestHashes;
import io.clipure.stream.config.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that name verdicts, and the finding of them. */
final class VerdictSelection {
  private static final Pattern PLACE =
      Pattern.compile("(?:([\\w.-]{1,249}):)?(\\d{1,9}:\\d{1,18})");

  /** A record of verdicts is kilobytes; more is another file. */
  private static final long MAX_RECORD_BYTES = 64L << 20;

  @Mixin private LabelledRange range;

  @Option(
      names = "--event",
      paramLabel = "ID",
      description = "The verdicts on this event. Repeatable.")
  private List<String> events = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "[TOPIC:]PARTITION:OFFSET",
      description = "The verdict at this place. Repeatable.")
  private List<String> places = new ArrayList<>();

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "A verdict in a file: the value of a record as it stood in the topic (Confluent's framing;"
              + " its schema is asked of the registry). Repeatable.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "N verdicts, chosen by a keyed hash of their ids: the same key, the same ones.")
  private Integer sample;

  @Option(names = "--all", description = "Every verdict from --from to --to.")
  private boolean all;

  @Option(
      names = "--key",
      paramLabel = "TEXT",
      defaultValue = KeyedHash.PUBLIC_KEY,
      description =
          "Key of the sample. Whoever knows it can foresee which ids are chosen (default, public:"
              + " ${DEFAULT-VALUE}).")
  private String key;

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

  /** How many are to be expected; 0: unknown. */
  long expected() {
    return sample == null ? named() : sample;
  }

  private int named() {
    return events.size() + places.size() + files.size();
  }

  /** Whether exactly one verdict is named. */
  boolean isOne() {
    return sample == null && !all && named() == 1;
  }

  /** Whether anything has to be read from a cluster to find the verdicts. */
  boolean needsCluster() {
    return sample != null || all || !events.isEmpty() || !places.isEmpty();
  }

  /**
   * Checks the choice.
   *
   * @throws RefusedException if nothing is named, or too much
   */
  void check() {
    int kinds = (named() > 0 ? 1 : 0) + (sample == null ? 0 : 1) + (all ? 1 : 0);
    if (kinds == 0) {
      throw new RefusedException(
          "which verdicts? name them with --event, --at or --record, or give --sample N or --all");
    }
    if (kinds > 1) {
      throw new RefusedException(
          "named verdicts, --sample and --all exclude one another; leave all but one out");
    }
    if (sample != null && (sample < 1 || sample > 10_000_000)) {
      throw new RefusedException("--sample is " + sample + ", expected 1 to 10000000");
    }
    places.forEach(VerdictSelection::place);
  }

  /**
   * Finds them.
   *
   * @return what the reader of the account should know, one line each
   */
  List<String> each(AppConfig config, LiveLine live, Sink sink) {
    files.forEach(file -> file(config, file, sink));
    if (!places.isEmpty()) {
      places(config, sink);
    }
    if (!events.isEmpty()) {
      return events(config, live, sink);
    }
    if (all) {
      return everything(config, live, sink);
    }
    return sample == null ? List.of() : sample(config, live, sink);
  }

  private List<String> everything(AppConfig config, LiveLine live, Sink sink) {
    TopicRange stretch = range.plan(config);
    return LabelledRange.read(
            config,
            stretch,
            live,
            "verdicts",
            (at, verdict) -> sink.verdict(stretch.topic() + " " + at, verdict))
        .warnings();
  }

  private List<String> sample(AppConfig config, LiveLine live, Sink sink) {
    TopicRange stretch = range.plan(config);
    SmallestHashes<Position> smallest = new SmallestHashes<>(new KeyedHash(key), sample);
    LabelledRange.Account account =
        LabelledRange.read(
            config,
            stretch,
            live,
            "offsets read for the sample",
            (at, verdict) -> smallest.offer(verdict.getId(), at));
    if (account.verdicts() == 0) {
      throw new RefusedException(
          "%s holds no verdict from --from to --to".formatted(stretch.topic()));
    }
    try (RecordAt records = new RecordAt(config);
        Deserializer<LabelledImage> labelled =
            Clients.serdes(config).labelledImage().deserializer()) {
      // In the order of the topic: hashes would have every record sought for by itself.
      for (Position at : smallest.items().stream().sorted().toList()) {
        at(config, records, labelled, stretch.topic(), at, sink);
      }
    }
    return account.warnings();
  }

  private List<String> events(AppConfig config, LiveLine live, Sink sink) {
    Set<String> wanted = new HashSet<>(events);
    Set<String> found = new HashSet<>();
    TopicRange stretch = range.plan(config);
    LabelledRange.Account account =
        LabelledRange.read(
            config,
            stretch,
            live,
            "offsets read for the events",
            (at, verdict) -> {
              if (wanted.contains(verdict.getId())) {
                found.add(verdict.getId());
                sink.verdict(stretch.topic() + " " + at, verdict);
              }
            });
    Set<String> missing = new LinkedHashSet<>(events);
    missing.removeAll(found);
    missing.forEach(
        id ->
            sink.missing(
                id,
                "no verdict on it among the %d of %s from --from to --to"
                    .formatted(account.verdicts(), stretch.topic())));
    return account.warnings();
  }

  private void places(AppConfig config, Sink sink) {
    try (RecordAt records = new RecordAt(config);
        Deserializer<LabelledImage> labelled =
            Clients.serdes(config).labelledImage().deserializer()) {
      for (String text : new TreeSet<>(places)) {
        Matcher place = place(text);
        String topic = place.group(1) == null ? range.topic(config) : place.group(1);
        at(config, records, labelled, topic, Position.parse(place.group(2)), sink);
      }
    }
  }

  private static void at(
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

  private static Matcher place(String text) {
    Matcher place = PLACE.matcher(text);
    if (!place.matches()) {
      throw new RefusedException(
          "--at %s: expected [TOPIC:]PARTITION:OFFSET, for example images.labelled:0:42"
              .formatted(SafeText.cut(SafeText.of(text), 60)));
    }
    return place;
  }

  private static void file(AppConfig config, Path file, Sink sink) {
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
