package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.range.TopicRange;
import io.clipure.stream.config.AppConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that name one event's end, a verdict or a dead letter, and the finding of it. */
final class ExplainTarget {
  /**
   * Places of older verdicts that are named; an event may have been published any number of times.
   */
  private static final int MOST_PLACES = 5;

  @Mixin private LabelledRange range;

  @Option(names = "--event", paramLabel = "ID", description = "The newest verdict on this event.")
  private String event;

  @Option(
      names = "--at",
      paramLabel = "[TOPIC:]PARTITION:OFFSET",
      description =
          "The verdict at this place; or a dead letter, or an image event, if TOPIC is theirs.")
  private String place;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "A verdict in a file: the value of a record as it stood in the topic (Confluent's framing;"
              + " its schema is asked of the registry).")
  private Path file;

  /** What was found. */
  sealed interface Found {
    /**
     * A verdict.
     *
     * @param remarks what else there is of the event, a sentence each
     */
    record Verdict(String place, LabelledImage verdict, List<String> remarks) implements Found {}

    /**
     * A dead letter.
     *
     * @param topic where it stands
     * @param remarks as above
     */
    record Letter(String topic, DeadLetter letter, List<String> remarks) implements Found {}

    /** Nothing; the detail says where was looked. */
    record Nothing(String name, String detail) implements Found {}
  }

  /** Whether a cluster has to be read to find it. */
  boolean needsCluster() {
    return file == null;
  }

  /**
   * Checks the choice.
   *
   * @throws RefusedException if nothing is named, or too much
   */
  void check() {
    long named = Arrays.asList(event, place, file).stream().filter(one -> one != null).count();
    if (named != 1) {
      throw new RefusedException(
          named == 0
              ? "which verdict? name it with --event, --at or --record"
              : "--event, --at and --record exclude one another; leave all but one out");
    }
    if (place != null) {
      VerdictLookup.place(place);
    }
  }

  /**
   * Finds it.
   *
   * @throws RefusedException if cluster or registry do not answer, or the file cannot be read
   */
  Found find(AppConfig config, LiveLine live) {
    if (file != null) {
      return one(sink -> VerdictLookup.file(config, file, sink));
    }
    if (event != null) {
      byte[] key = event.getBytes(StandardCharsets.UTF_8);
      return newest(
          config,
          live,
          event,
          verdict -> verdict.getId().equals(event),
          letter -> Arrays.equals(letter.record().key(), key));
    }
    Matcher at = VerdictLookup.place(place);
    String topic = at.group(1) == null ? range.topic(config) : at.group(1);
    Position position = Position.parse(at.group(2));
    if (topic.equals(config.topics().deadLetter())
        || topic.equals(config.topics().shadowDeadLetter())) {
      return letterAt(config, topic, position);
    }
    if (topic.equals(config.topics().images())
        || config.topics().backfill().map(topic::equals).orElse(false)) {
      return newest(
          config,
          live,
          topic + " " + position,
          verdict -> stoodAt(verdict, topic, position),
          letter -> stoodAt(letter, topic, position));
    }
    try (RecordAt records = new RecordAt(config);
        Deserializer<LabelledImage> labelled =
            Clients.serdes(config).labelledImage().deserializer()) {
      return one(sink -> VerdictLookup.at(config, records, labelled, topic, position, sink));
    }
  }

  private static boolean stoodAt(LabelledImage verdict, String topic, Position at) {
    return verdict.getOrigin().getTopic().equals(topic)
        && verdict.getOrigin().getPartition() == at.partition()
        && verdict.getOrigin().getOffset() == at.offset();
  }

  private static boolean stoodAt(DeadLetter letter, String topic, Position at) {
    return letter
        .source()
        .map(
            source ->
                source.topic().equals(topic)
                    && source.partition() == at.partition()
                    && source.offset() == at.offset())
        .orElse(false);
  }

  private interface Lookup {
    void into(VerdictLookup.Sink sink);
  }

  private static Found one(Lookup lookup) {
    Found[] found = new Found[1];
    lookup.into(
        new VerdictLookup.Sink() {
          @Override
          public void verdict(String place, LabelledImage verdict) {
            found[0] = new Found.Verdict(place, verdict, List.of());
          }

          @Override
          public void missing(String name, String detail) {
            found[0] = new Found.Nothing(name, detail);
          }
        });
    return found[0];
  }

  private static Found letterAt(AppConfig config, String topic, Position at) {
    try (RecordAt records = new RecordAt(config)) {
      return records
          .at(new TopicPartition(topic, at.partition()), at.offset())
          .<Found>map(record -> new Found.Letter(topic, new DeadLetter(record), List.of()))
          .orElseGet(() -> new Found.Nothing(topic + " " + at, "there is no record"));
    }
  }

  /** The newest of everything that came of an event, with a word on the rest. */
  private Found newest(
      AppConfig config,
      LiveLine live,
      String name,
      Predicate<LabelledImage> wanted,
      Predicate<DeadLetter> wantedLetter) {
    Newest<LabelledImage> verdicts = new Newest<>();
    Newest<DeadLetter> letters = new Newest<>();
    TopicRange stretch = range.plan(config);
    LabelledRange.Account account =
        LabelledRange.read(
            config,
            stretch,
            live,
            "offsets read for the event",
            (at, verdict) -> {
              if (wanted.test(verdict)) {
                verdicts.offer(at, verdict.getTimings().getLabelledAt(), verdict);
              }
            });
    String deadLetters = config.topics().deadLetter();
    try (DeadLetterTopic topic = DeadLetterTopic.open(config)) {
      topic.each(
          Optional.empty(),
          letter -> {
            if (wantedLetter.test(letter)) {
              letters.offer(letter.position(), letter.failedAt(), letter);
            }
          });
    }
    if (verdicts.count == 0 && letters.count == 0) {
      return new Found.Nothing(
          name,
          "neither a verdict among the %d of %s nor a dead letter in %s"
              .formatted(account.verdicts(), stretch.topic(), deadLetters));
    }
    boolean letter =
        verdicts.count == 0 || (letters.count > 0 && letters.when.isAfter(verdicts.when));
    List<String> remarks = new ArrayList<>();
    if (letter) {
      letters.others(deadLetters, "dead letters").ifPresent(remarks::add);
      verdicts.all(stretch.topic(), "also labelled, before").ifPresent(remarks::add);
      return new Found.Letter(deadLetters, letters.newest, remarks);
    }
    verdicts.others(stretch.topic(), "verdicts").ifPresent(remarks::add);
    letters.all(deadLetters, "also dead-lettered, before").ifPresent(remarks::add);
    return new Found.Verdict(stretch.topic() + " " + verdicts.place, verdicts.newest, remarks);
  }

  /** Keeps the newest and remembers where the last few others stood. */
  private static final class Newest<T> {
    private final List<Position> places = new ArrayList<>();
    private T newest;
    private Position place;
    private Instant when;
    private long count;

    void offer(Position at, Instant time, T one) {
      count++;
      if (newest == null || !time.isBefore(when)) {
        newest = one;
        place = at;
        when = time;
      }
      if (places.size() > MOST_PLACES) {
        places.remove(places.get(0).equals(place) ? 1 : 0);
      }
      places.add(at);
    }

    Optional<String> others(String topic, String what) {
      if (count < 2) {
        return Optional.empty();
      }
      return Optional.of(
          "the newest of %d %s on this event, the others at %s"
              .formatted(count, what, places(topic, place)));
    }

    Optional<String> all(String topic, String what) {
      return count == 0 ? Optional.empty() : Optional.of(what + ", at " + places(topic, null));
    }

    private String places(String topic, Position without) {
      List<String> texts =
          places.stream().filter(at -> !at.equals(without)).map(Position::toString).toList();
      long more = count - texts.size() - (without == null ? 0 : 1);
      return topic + " " + String.join(", ", texts) + (more > 0 ? " and " + more + " more" : "");
    }
  }
}
