package io.clipure.stream.console;

import io.clipure.schemas.Decision;
import io.clipure.schemas.Flag;
import io.clipure.schemas.FlagKind;
import io.clipure.schemas.LabelledImage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts of everything since start. <b>Threading</b>: any thread, without waiting. */
final class Tally {
  /** Label sets and reason codes are short; what goes on growing is a mistake. */
  private static final int MOST_NAMES = 2_048;

  private static final String OTHER = "other";

  private final LongAdder labelled = new LongAdder();
  private final LongAdder deadLettered = new LongAdder();
  private final LongAdder leftOut = new LongAdder();
  private final AtomicLongArray decisions = new AtomicLongArray(Decision.values().length);
  private final AtomicLongArray flags = new AtomicLongArray(FlagKind.values().length);
  private final Map<String, LongAdder> labels = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
  private final Latencies latencies = new Latencies();

  void count(Note note) {
    if (note instanceof VerdictNote verdict) {
      LabelledImage result = verdict.result();
      labelled.increment();
      decisions.incrementAndGet(result.getDecision().ordinal());
      for (Flag flag : result.getFlags()) {
        flags.incrementAndGet(flag.getKind().ordinal());
      }
      count(labels, result.getTopLabel());
      if (!verdict.backfill()) {
        latencies.record(verdict.latencyMillis());
      }
    } else if (note instanceof DeadLetterNote letter) {
      deadLettered.increment();
      count(reasons, letter.reason());
    }
  }

  private static void count(Map<String, LongAdder> names, String name) {
    LongAdder count = names.get(name);
    if (count == null) {
      String known = names.size() < MOST_NAMES ? name : OTHER;
      count = names.computeIfAbsent(known, any -> new LongAdder());
    }
    count.increment();
  }

  void leftOut() {
    leftOut.increment();
  }

  long labelled() {
    return labelled.sum();
  }

  long deadLettered() {
    return deadLettered.sum();
  }

  /** Counted and not shown. */
  long notShown() {
    return leftOut.sum();
  }

  long decided(Decision decision) {
    return decisions.get(decision.ordinal());
  }

  long flagged(FlagKind kind) {
    return flags.get(kind.ordinal());
  }

  Map<String, Long> labels() {
    return snapshot(labels);
  }

  Map<String, Long> reasons() {
    return snapshot(reasons);
  }

  Latencies latencies() {
    return latencies;
  }

  private static Map<String, Long> snapshot(Map<String, LongAdder> names) {
    Map<String, Long> counts = new HashMap<>();
    names.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }
}
