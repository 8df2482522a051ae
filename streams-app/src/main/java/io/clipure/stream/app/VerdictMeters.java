package io.clipure.stream.app;

import io.clipure.schemas.Decision;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Timings;
import io.clipure.stream.batching.Lane;
import io.clipure.stream.ops.metrics.LabelCounters;
import io.clipure.stream.ops.metrics.Meters;
import io.clipure.stream.ops.metrics.OpsMeter;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.topology.DeadLettered;
import io.clipure.stream.topology.Graph;
import io.clipure.stream.topology.LabelledEvent;
import io.clipure.stream.topology.ModerationListener;
import io.clipure.stream.topology.ReasonCodes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Counts how events end. What there is to count is looked up when the service starts; an event then
 * costs some additions, about a microsecond in all. A shadow's verdicts have meters of their own.
 *
 * <p><b>Threading</b>: stream threads; thread-safe, without locks.
 */
final class VerdictMeters implements ModerationListener {
  private static final int MOST_LABELS = 1_000;

  private final Meters meters;
  private final Clock clock;
  private final Map<Graph, Map<Lane, Counter[]>> verdicts = new EnumMap<>(Graph.class);
  private final Map<Lane, Stages> stages = new EnumMap<>(Lane.class);
  private final LabelCounters labels;
  private final Map<Verdict.FlagKind, Counter> flags = new EnumMap<>(Verdict.FlagKind.class);
  private final Map<Verdict.FlagKind, Map<String, Counter>> causes =
      new EnumMap<>(Verdict.FlagKind.class);
  private final Map<Graph, Map<String, Counter>> deadLetters = new EnumMap<>(Graph.class);
  private final Counter[] shadowVerdicts;
  private final Map<String, Counter> shadowDeadLetters = new ConcurrentHashMap<>();

  /** The histograms of a lane. */
  private record Stages(
      Timer latency, Timer load, Timer queue, Timer encode, Timer judge, Timer rest) {}

  /**
   * Registers what can be named before it happens: the first of a series that begins with it would
   * be no increase to Prometheus.
   *
   * @param withBackfill whether there is a back-fill topic
   * @param withShadow whether a candidate runs
   */
  VerdictMeters(Meters meters, Clock clock, boolean withBackfill, boolean withShadow) {
    this.meters = meters;
    this.clock = clock;
    for (Graph graph : new Graph[] {Graph.LIVE, Graph.BACKFILL}) {
      Map<Lane, Counter[]> byLane = new EnumMap<>(Lane.class);
      for (Lane lane : Lane.values()) {
        byLane.put(lane, byDecision(d -> counter(OpsMeter.VERDICTS, text(graph), text(lane), d)));
      }
      verdicts.put(graph, byLane);
      deadLetters.put(graph, new ConcurrentHashMap<>());
    }
    for (String reason : ReasonCodes.all()) {
      deadLetter(Graph.LIVE, reason);
      if (withBackfill) {
        deadLetter(Graph.BACKFILL, reason);
      }
    }
    for (Lane lane : Lane.values()) {
      stages.put(lane, stages(text(lane)));
    }
    this.labels =
        new LabelCounters(
            meters,
            MOST_LABELS,
            label -> byDecision(d -> counter(OpsMeter.VERDICTS_BY_LABEL, label, d)));
    for (Verdict.FlagKind kind : Verdict.FlagKind.values()) {
      flags.put(kind, counter(OpsMeter.FLAGS, text(kind)));
      causes.put(kind, new ConcurrentHashMap<>());
    }
    this.shadowVerdicts =
        withShadow ? byDecision(d -> counter(OpsMeter.SHADOW_VERDICTS, d)) : new Counter[0];
  }

  private Stages stages(String lane) {
    Function<String, Timer> stage = name -> meters.histogram(OpsMeter.STAGE, name, lane);
    return new Stages(
        meters.histogram(OpsMeter.LATENCY, lane),
        stage.apply("load"),
        stage.apply("queue"),
        stage.apply("encode"),
        stage.apply("judge"),
        stage.apply("rest"));
  }

  private Counter counter(OpsMeter meter, String... values) {
    return meters.counter(meter, values);
  }

  private static Counter[] byDecision(Function<String, Counter> maker) {
    Counter[] counters = new Counter[Decision.values().length];
    for (Decision decision : Decision.values()) {
      counters[decision.ordinal()] = maker.apply(text(decision));
    }
    return counters;
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void labelled(LabelledEvent event) {
    LabelledImage result = event.result();
    int decision = result.getDecision().ordinal();
    if (event.graph() == Graph.SHADOW) {
      shadowVerdicts[decision].increment();
      return;
    }
    verdicts.get(event.graph()).get(event.lane())[decision].increment();
    labels.increment(result.getDecidedBy(), decision);
    for (Verdict.Flag flag : event.verdict().flags()) {
      flags.get(flag.kind()).increment();
      for (String cause : flag.causes()) {
        causes
            .get(flag.kind())
            .computeIfAbsent(cause, c -> counter(OpsMeter.FLAG_CAUSES, text(flag.kind()), c))
            .increment();
      }
    }
    time(event, result.getTimings());
  }

  private void time(LabelledEvent event, Timings timings) {
    Stages stage = stages.get(event.lane());
    long load = TimeUnit.MICROSECONDS.toNanos(timings.getLoadMicros());
    long queue = TimeUnit.MICROSECONDS.toNanos(timings.getQueueMicros());
    long encode = TimeUnit.MICROSECONDS.toNanos(timings.getEncodeMicros());
    long whole = System.nanoTime() - event.readAtNanos();
    stage.load().record(load, TimeUnit.NANOSECONDS);
    stage.queue().record(queue, TimeUnit.NANOSECONDS);
    stage.encode().record(encode, TimeUnit.NANOSECONDS);
    stage.judge().record(event.judgeNanos(), TimeUnit.NANOSECONDS);
    stage
        .rest()
        .record(
            Math.max(0, whole - load - queue - encode - event.judgeNanos()), TimeUnit.NANOSECONDS);
    // Clocks of uploaders differ from ours.
    long age = clock.millis() - event.uploadedAt().toEpochMilli();
    stage.latency().record(Math.max(0, age), TimeUnit.MILLISECONDS);
  }

  @Override
  public void deadLettered(DeadLettered event) {
    if (event.graph() == Graph.SHADOW) {
      shadowDeadLetters
          .computeIfAbsent(event.reason(), r -> counter(OpsMeter.SHADOW_DEAD_LETTERS, r))
          .increment();
      return;
    }
    deadLetter(event.graph(), event.reason()).increment();
  }

  private Counter deadLetter(Graph graph, String reason) {
    return deadLetters
        .get(graph)
        .computeIfAbsent(reason, r -> counter(OpsMeter.DEAD_LETTERS, text(graph), r));
  }

  /** Forgets the labels of older sets. */
  void keepLabels(Set<String> inForce) {
    labels.keep(inForce);
  }
}
