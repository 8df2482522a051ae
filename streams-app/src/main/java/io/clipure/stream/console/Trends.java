package io.clipure.stream.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clipure.schemas.Decision;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelledImage;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How counts and states went over the last minutes: a value a second for the flow, a value every
 * ten seconds for the labels. Used by the console's thread alone.
 */
final class Trends {
  /** Values of the flow, one a second. */
  static final int SECONDS = 90;

  /** Latencies and batch fill are taken over so many seconds: fewer images say little. */
  static final int WINDOW_SECONDS = 30;

  /** Seconds of one value of a label. */
  static final int SLOT_SECONDS = 10;

  /** Values of a label: five minutes. */
  static final int SLOTS = 30;

  /** Mean rate over so many seconds, so that the figure can be read. */
  private static final int RATE_SECONDS = 5;

  private static final int LABELS_SHOWN = 8;

  private record Mark(long[] latencies, long items, long batches) {}

  private final Tally tally;
  private final Series rate = new Series(SECONDS);
  private final Series median = new Series(SECONDS);
  private final Series slowest = new Series(SECONDS);
  private final Series inFlight = new Series(SECONDS);
  private final Series fill = new Series(SECONDS);
  private final Series lag = new Series(SECONDS);
  private final Deque<Mark> marks = new ArrayDeque<>();
  private final Map<String, Series> labels = new HashMap<>();
  private Map<String, Long> labelsBefore = Map.of();
  private final Map<String, String> groups = new HashMap<>();
  private String learned = "";
  private long endedBefore;
  private long seconds;
  private Flow now;

  Trends(Tally tally) {
    this.tally = tally;
    marks.add(new Mark(tally.latencies().snapshot(), 0, 0));
  }

  /** Takes the values of one more second. */
  void second(Flow flow) {
    now = flow;
    long ended = tally.labelled() + tally.deadLettered();
    rate.add(ended - endedBefore);
    endedBefore = ended;
    Mark mark = new Mark(tally.latencies().snapshot(), flow.items(), flow.batches());
    Mark from = marks.peekFirst();
    median.add(Latencies.quantile(from.latencies(), mark.latencies(), 0.5));
    slowest.add(Latencies.quantile(from.latencies(), mark.latencies(), 0.99));
    long batches = mark.batches() - from.batches();
    fill.add(
        batches == 0
            ? Double.NaN
            : (double) (mark.items() - from.items()) / (batches * (double) flow.maxBatch()));
    inFlight.add(flow.inFlight());
    lag.add(flow.lag().isPresent() ? flow.lag().getAsLong() : Double.NaN);
    marks.addLast(mark);
    if (marks.size() > WINDOW_SECONDS) {
      marks.removeFirst();
    }
    labels(seconds % SLOT_SECONDS == 0);
    seconds++;
  }

  /** Learns which group a label belongs to. */
  void learn(LabelledImage verdict) {
    String digest = verdict.getProvenance().getLabelSetDigest();
    if (!digest.equals(learned)) {
      learned = digest;
      verdict.getScores().forEach(score -> groups.put(score.getLabel(), score.getGroup()));
    }
  }

  private void labels(boolean newSlot) {
    Map<String, Long> counts = tally.labels();
    if (newSlot) {
      labels.values().forEach(series -> series.add(0));
    }
    counts.forEach(
        (label, count) -> {
          long more = count - labelsBefore.getOrDefault(label, 0L);
          if (more > 0) {
            labels.computeIfAbsent(label, any -> new Series(SLOTS)).addToLast(more);
          }
        });
    labelsBefore = counts;
    labels.values().removeIf(series -> series.sum() == 0);
  }

  /** Everything, for the page. */
  ObjectNode json(ObjectMapper mapper) {
    ObjectNode stats = mapper.createObjectNode();
    stats.put("now", System.currentTimeMillis());
    stats.put("state", now == null ? "starting" : Visible.of(now.state(), 200));
    if (now != null) {
      stats.put("maxBatch", now.maxBatch());
    }
    ObjectNode figures = stats.putObject("flow");
    flow(figures, "rate", rate, rate.mean(RATE_SECONDS));
    flow(figures, "p50", median, median.last());
    flow(figures, "p99", slowest, slowest.last());
    flow(figures, "inFlight", inFlight, inFlight.last());
    flow(figures, "fill", fill, fill.last());
    flow(figures, "lag", lag, lag.last());
    ObjectNode totals = stats.putObject("totals");
    totals.put("labelled", tally.labelled());
    for (Decision decision : Decision.values()) {
      totals.put(decision.name(), tally.decided(decision));
    }
    totals.put("LOW_CONFIDENCE", tally.flagged(FlagKind.LOW_CONFIDENCE));
    totals.put("SUSPECTED_ADVERSARIAL", tally.flagged(FlagKind.SUSPECTED_ADVERSARIAL));
    totals.put("deadLetters", tally.deadLettered());
    totals.put("notShown", tally.notShown());
    mix(stats.putObject("mix"));
    ArrayNode reasons = stats.putArray("reasons");
    ranked(tally.reasons())
        .forEach(
            reason ->
                reasons
                    .addObject()
                    .put("reason", Visible.of(reason.getKey(), 80))
                    .put("count", reason.getValue()));
    return stats;
  }

  private static void flow(ObjectNode figures, String name, Series series, double figure) {
    ObjectNode one = figures.putObject(name);
    if (Double.isNaN(figure)) {
      one.putNull("now");
    } else {
      one.put("now", Series.rounded(figure));
    }
    series.writeTo(one.putArray("trend"));
  }

  private void mix(ObjectNode mix) {
    Map<String, Series> byGroup = new HashMap<>();
    labels.forEach(
        (label, series) ->
            byGroup
                .computeIfAbsent(groups.getOrDefault(label, label), any -> new Series(SLOTS))
                .addAll(series));
    mix.put("total", (long) labels.values().stream().mapToDouble(Series::sum).sum());
    strongest(labels, mix.putArray("labels"));
    strongest(byGroup, mix.putArray("groups"));
  }

  private static void strongest(Map<String, Series> all, ArrayNode array) {
    all.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Series> one) -> -one.getValue().sum())
                .thenComparing(Map.Entry::getKey))
        .limit(LABELS_SHOWN)
        .forEach(
            one -> {
              ObjectNode label = array.addObject();
              label.put("label", Visible.of(one.getKey(), 80));
              label.put("count", (long) one.getValue().sum());
              one.getValue().writeTo(label.putArray("trend"));
            });
  }

  private static List<Map.Entry<String, Long>> ranked(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(LABELS_SHOWN)
        .toList();
  }
}
