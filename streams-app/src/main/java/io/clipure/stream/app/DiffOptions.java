package io.clipure.stream.app;

import io.clipure.stream.audit.diff.Budget;
import io.clipure.stream.audit.range.Point;
import io.clipure.stream.config.AppConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Options of {@code diff}: which runs, and what is to be written. */
final class DiffOptions {
  private static final String POINTS = Point.SYNTAX;

  @Option(
      names = "--before",
      paramLabel = "TOPIC",
      description = "Verdicts of the run before (default: topics.images-labelled).")
  private String before;

  @Option(
      names = "--after",
      paramLabel = "TOPIC",
      required = true,
      description = "Verdicts of the run after, for example of a replay, a re-score or a shadow.")
  private String after;

  @Option(
      names = "--from",
      paramLabel = "POINT",
      defaultValue = "earliest",
      description = "Where both begin (default: ${DEFAULT-VALUE}): " + POINTS + ".")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "POINT",
      defaultValue = "latest",
      description = "Where both end (default: ${DEFAULT-VALUE}); ends do not move.")
  private String to;

  @Option(names = "--before-from", paramLabel = "POINT", description = "Of the run before alone.")
  private String beforeFrom;

  @Option(names = "--before-to", paramLabel = "POINT", description = "Of the run before alone.")
  private String beforeTo;

  @Option(names = "--after-from", paramLabel = "POINT", description = "Of the run after alone.")
  private String afterFrom;

  @Option(names = "--after-to", paramLabel = "POINT", description = "Of the run after alone.")
  private String afterTo;

  @Option(
      names = "--before-dead",
      paramLabel = "TOPIC",
      description = "Dead letters of the run before; offsets of --from and --to do not count here.")
  private String beforeDead;

  @Option(
      names = "--after-dead",
      paramLabel = "TOPIC",
      description = "Dead letters of the run after: labelled before and dead-lettered after shows.")
  private String afterDead;

  @Option(
      names = "--sampled",
      description =
          "The run after saw only the events that shadow.share and shadow.key choose, as a shadow"
              + " does: leave all others out.")
  private boolean sampled;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "diff",
      description = "Folder of diff.html, diff.json and diff.csv (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--show",
      paramLabel = "N",
      defaultValue = "12",
      description = "Images shown for each kind of flip, 0 to 1000 (default: ${DEFAULT-VALUE}).")
  private int show;

  @Option(
      names = "--pictures",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Put thumbnails on the page, of the images that the topics still hold, or files below"
              + " image.file-roots (default). Nothing is fetched over a network but from Kafka.")
  private boolean pictures;

  @Option(
      names = "--images",
      paramLabel = "TOPIC",
      description =
          "A further topic that images may be read from, besides topics.images and"
              + " topics.images-backfill. Repeatable.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--fail-if",
      paramLabel = "BUDGET",
      description =
          "End with code 3 if it holds: METRIC, > >= < or <=, a number, %% for a share, for example"
              + " \"block-lost > 0.1%%\". Repeatable. A share of nothing fails too.")
  private List<String> budgets = new ArrayList<>();

  @Option(
      names = "--fail-if-upper",
      paramLabel = "BUDGET",
      description =
          "The same for the upper end of the share's 95 %% interval: what cannot be ruled out.")
  private List<String> upperBudgets = new ArrayList<>();

  @Option(
      names = "--temp",
      paramLabel = "DIR",
      description =
          "Where records wait for their partner when they outgrow the memory: about 8 bytes for"
              + " each label, image and run (default: the system's temporary folder).")
  private Path temp;

  /** What says which ids take part. */
  Predicate<String> sample(AppConfig config) {
    return sampled ? Shadow.sample(config.shadow()).get() : id -> true;
  }

  /** One topic of one run. */
  record Part(String topic, Point from, Point to) {}

  Part beforePart(AppConfig config) {
    return new Part(
        before == null ? config.topics().labelled() : before,
        point(beforeFrom, from),
        point(beforeTo, to));
  }

  Part afterPart() {
    return new Part(after, point(afterFrom, from), point(afterTo, to));
  }

  Optional<Part> beforeDead() {
    return dead(beforeDead, point(beforeFrom, from), point(beforeTo, to));
  }

  Optional<Part> afterDead() {
    return dead(afterDead, point(afterFrom, from), point(afterTo, to));
  }

  /** Offsets of one topic mean nothing in another. */
  private static Optional<Part> dead(String topic, Point from, Point to) {
    return Optional.ofNullable(topic)
        .map(
            name ->
                new Part(
                    name,
                    from instanceof Point.Offsets ? new Point.Earliest() : from,
                    to instanceof Point.Offsets ? new Point.Latest() : to));
  }

  private static Point point(String own, String both) {
    return Point.parse(own == null ? both : own);
  }

  /**
   * The budgets.
   *
   * @throws io.clipure.stream.audit.AuditException if one is none
   */
  List<Budget> budgets() {
    List<Budget> parsed = new ArrayList<>();
    budgets.forEach(text -> parsed.add(Budget.parse(text, false)));
    upperBudgets.forEach(text -> parsed.add(Budget.parse(text, true)));
    return parsed;
  }

  int show() {
    if (show < 0 || show > 1000) {
      throw new RefusedException("--show is " + show + ", expected 0 to 1000");
    }
    return show;
  }

  /** Topics that images may be read from; empty: no pictures are wanted. */
  TreeSet<String> imageTopics(AppConfig config) {
    TreeSet<String> topics = new TreeSet<>();
    if (pictures) {
      topics.addAll(config.topics().inputs());
      topics.addAll(images);
    }
    return topics;
  }

  Path out() {
    return out;
  }

  Path temp() {
    return temp == null ? Path.of(System.getProperty("java.io.tmpdir")) : temp;
  }
}
