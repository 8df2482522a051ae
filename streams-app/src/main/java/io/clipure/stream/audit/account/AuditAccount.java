package io.clipure.stream.audit.account;

import io.clipure.stream.audit.plan.AuditPlan;
import io.clipure.stream.audit.plan.OutputTopics;
import io.clipure.stream.audit.range.PartitionRange;
import io.clipure.stream.topology.DeadLetters;
import io.clipure.stream.topology.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;

/**
 * Books what an audit wrote against what it was to read. Memory does not grow with the topic: a few
 * bytes a run of offsets.
 *
 * <p><b>Threading</b>: one thread.
 */
public final class AuditAccount {
  /** How many unaccounted offsets are named. */
  private static final int NAMED = 10;

  /** Reasons of dead letters that are kept apart; an unlimited number would be no account. */
  private static final int REASONS = 100;

  private final AuditPlan plan;
  private final Map<Integer, Coverage> partitions = new TreeMap<>();
  private final Map<String, Long> reasons = new TreeMap<>();
  private final List<String> unaccounted = new ArrayList<>();
  private long lowConfidence;
  private long adversarial;
  private long strangers;
  private long deleted;
  private long without;
  private long lost;

  /** Opens the account of a plan. */
  public AuditAccount(AuditPlan plan) {
    this.plan = plan;
    plan.source()
        .partitions()
        .forEach(range -> partitions.put(range.partition(), new Coverage(range)));
  }

  /** Books one record of an output topic. */
  void book(String topic, Headers headers) {
    OutputTopics outputs = plan.outputs();
    if (topic.equals(outputs.lowConfidence())) {
      lowConfidence++;
      return;
    }
    if (topic.equals(outputs.adversarial())) {
      adversarial++;
      return;
    }
    Optional<SourcePosition> position = SourcePosition.of(headers).filter(this::inside);
    if (position.isEmpty()) {
      strangers++;
      return;
    }
    Coverage coverage = partitions.get(position.get().partition());
    if (topic.equals(outputs.labelled())) {
      coverage.labelled(position.get().offset());
    } else if (coverage.deadLettered(position.get().offset())) {
      String reason = DeadLetters.text(headers, DeadLetters.REASON).orElse("no reason");
      boolean known = reasons.size() < REASONS || reasons.containsKey(reason);
      reasons.merge(known ? reason : "other reasons", 1L, Long::sum);
    }
  }

  private boolean inside(SourcePosition position) {
    Coverage coverage = partitions.get(position.partition());
    return coverage != null
        && position.topic().equals(plan.source().topic())
        && coverage.range().contains(position.offset());
  }

  Iterable<Coverage> coverages() {
    return partitions.values();
  }

  /** Books that the source still has a record at an offset. */
  void bookVisible(int partition, long offset) {
    if (!partitions.get(partition).contains(offset)) {
      lost++;
      if (unaccounted.size() < NAMED) {
        unaccounted.add(partition + ":" + offset);
      }
    }
  }

  /** Books where a partition of the source begins now; once, after all outputs. */
  void bookLogStart(int partition, long logStart) {
    deleted += partitions.get(partition).missingBefore(logStart);
  }

  /** Sums up. */
  public AccountReport report() {
    long labelled = 0;
    long deadLettered = 0;
    long both = 0;
    long doubled = 0;
    long missing = 0;
    long deletedBefore = 0;
    for (Coverage coverage : partitions.values()) {
      labelled += coverage.labelled();
      deadLettered += coverage.deadLettered();
      both += coverage.both();
      doubled += coverage.doubled();
      missing += coverage.missing();
      deletedBefore += coverage.range().deletedBeforeStart();
    }
    without = missing - deleted - lost;
    return new AccountReport(
        plan.source().offsets(),
        labelled,
        deadLettered,
        both,
        doubled,
        deletedBefore,
        deleted,
        without,
        lost,
        List.copyOf(unaccounted),
        strangers,
        lowConfidence,
        adversarial,
        new TreeMap<>(reasons),
        plan.source().partitions().stream()
            .filter(PartitionRange::beginsWhereTheLogBegins)
            .map(PartitionRange::partition)
            .toList());
  }
}
