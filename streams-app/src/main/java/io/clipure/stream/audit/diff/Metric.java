package io.clipure.stream.audit.diff;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a budget can be about: a count, and what it is a share of. */
public enum Metric {
  DECISIONS_CHANGED("other decision", joined(DiffFigures::decisionsChanged)),
  BLOCK_LOST("BLOCK before, milder after", joined(figures -> figures.lost(Outcome.BLOCK))),
  BLOCK_GAINED("BLOCK only after", joined(figures -> figures.gained(Outcome.BLOCK))),
  REVIEW_LOST("REVIEW only before", joined(figures -> figures.lost(Outcome.REVIEW))),
  REVIEW_GAINED("REVIEW only after", joined(figures -> figures.gained(Outcome.REVIEW))),
  ALLOW_LOST("ALLOW only before", joined(figures -> figures.lost(Outcome.ALLOW))),
  ALLOW_GAINED("ALLOW only after", joined(figures -> figures.gained(Outcome.ALLOW))),
  TOP_LABEL_CHANGED(
      "other top label",
      joined(figures -> figures.topLabelsAgree().of() - figures.topLabelsAgree().hits())),
  FLAGS_GAINED("a kind of flag only after", joined(figures -> figures.flagsGained().hits())),
  FLAGS_LOST("a kind of flag only before", joined(figures -> figures.flagsLost().hits())),
  CONTENT_CHANGED("other image bytes", joined(DiffFigures::contentChanged)),
  DEAD_LETTERED(
      "labelled before, dead-lettered after; of those labelled before",
      report ->
          Rate.of(report.figures().deadLettered().count(), report.figures().labelledBefore())),
  RECOVERED(
      "dead-lettered before, labelled after; of those labelled after",
      report -> Rate.of(report.figures().recovered().count(), report.figures().labelledAfter())),
  MISSING(
      "labelled before, absent after; of those labelled before",
      report -> Rate.of(report.figures().missing().count(), report.figures().labelledBefore())),
  EXTRA(
      "absent before, labelled after; of those labelled after",
      report -> Rate.of(report.figures().extra().count(), report.figures().labelledAfter())),
  DUPLICATES(
      "superseded results of both runs; of all results",
      report ->
          Rate.of(
              report.figures().duplicatesBefore() + report.figures().duplicatesAfter(),
              report.results())),
  UNREADABLE(
      "records of both runs that are no verdict; of all records",
      report ->
          Rate.of(
              report.before().unreadable() + report.after().unreadable(),
              report.results() + report.before().unreadable() + report.after().unreadable())),
  DELETED(
      "offsets asked for that retention had removed, both runs; a count",
      report ->
          Rate.of(
              report.before().source().deleted() + report.after().source().deleted(),
              report.before().source().deleted() + report.after().source().deleted()),
      true),
  JOINED(
      "events that both runs labelled; a count",
      report -> Rate.of(report.figures().joined(), report.figures().joined()),
      true);

  private final String meaning;
  private final Function<DiffReport, Rate> value;
  private final boolean countOnly;

  Metric(String meaning, Function<DiffReport, Rate> value) {
    this(meaning, value, false);
  }

  Metric(String meaning, Function<DiffReport, Rate> value, boolean countOnly) {
    this.meaning = meaning;
    this.value = value;
    this.countOnly = countOnly;
  }

  private static Function<DiffReport, Rate> joined(Function<DiffFigures, Long> hits) {
    return report -> Rate.of(hits.apply(report.figures()), report.figures().joined());
  }

  /** As it is written in a budget. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What is counted; where nothing else is said, of the events that both runs labelled. */
  public String meaning() {
    return meaning;
  }

  /** Whether a share of it makes no sense. */
  public boolean countOnly() {
    return countOnly;
  }

  /** Its value. */
  public Rate of(DiffReport report) {
    return value.apply(report);
  }

  /** The metric of that name. */
  static Optional<Metric> find(String key) {
    return Arrays.stream(values()).filter(metric -> metric.key().equals(key)).findFirst();
  }

  /** All names, for messages. */
  public static String all() {
    return names().stream().collect(Collectors.joining(", "));
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Metric::key).toList();
  }
}
