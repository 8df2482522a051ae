package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.audit.sampling.KeyedHash;
import io.clipure.stream.audit.sampling.SmallestHashes;
import io.clipure.stream.config.AppConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.apache.kafka.common.serialization.Deserializer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that name verdicts, and the finding of them. */
final class VerdictSelection {
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
    places.forEach(VerdictLookup::place);
  }

  /**
   * Finds them.
   *
   * @return what the reader of the account should know, one line each
   */
  List<String> each(AppConfig config, LiveLine live, VerdictLookup.Sink sink) {
    files.forEach(file -> VerdictLookup.file(config, file, sink));
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

  private List<String> everything(AppConfig config, LiveLine live, VerdictLookup.Sink sink) {
    TopicRange stretch = range.plan(config);
    return LabelledRange.read(
            config,
            stretch,
            live,
            "verdicts",
            (at, verdict) -> sink.verdict(stretch.topic() + " " + at, verdict))
        .warnings();
  }

  private List<String> sample(AppConfig config, LiveLine live, VerdictLookup.Sink sink) {
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
        VerdictLookup.at(config, records, labelled, stretch.topic(), at, sink);
      }
    }
    return account.warnings();
  }

  private List<String> events(AppConfig config, LiveLine live, VerdictLookup.Sink sink) {
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

  private void places(AppConfig config, VerdictLookup.Sink sink) {
    try (RecordAt records = new RecordAt(config);
        Deserializer<LabelledImage> labelled =
            Clients.serdes(config).labelledImage().deserializer()) {
      for (String text : new TreeSet<>(places)) {
        Matcher place = VerdictLookup.place(text);
        String topic = place.group(1) == null ? range.topic(config) : place.group(1);
        VerdictLookup.at(config, records, labelled, topic, Position.parse(place.group(2)), sink);
      }
    }
  }
}
