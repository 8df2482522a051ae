package io.clipure.stream.app.chaos;

import io.clipure.stream.app.chaos.EventKind.Ending;
import io.clipure.stream.app.chaos.Seen.Output;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Compares what was sent with what a {@code read_committed} consumer saw. */
final class Auditor {
  private final Map<String, Sent> sent = new HashMap<>();
  private final Map<Output, Map<String, List<Seen>>> byId = new HashMap<>();
  private final List<Seen> known = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private int lost;
  private int duplicated;
  private int outOfOrder;

  private Auditor(Collection<Sent> events, Collection<Seen> records) {
    events.forEach(event -> sent.put(event.id(), event));
    for (Output output : Output.values()) {
      byId.put(output, new HashMap<>());
    }
    for (Seen record : records) {
      if (sent.containsKey(record.id())) {
        known.add(record);
        byId.get(record.output()).computeIfAbsent(record.id(), id -> new ArrayList<>()).add(record);
      } else {
        wrong.add(record.output() + " holds " + record.id() + ", which nobody sent");
      }
    }
  }

  /**
   * Makes the account.
   *
   * @param events acknowledged events
   * @param records committed records, those of one output partition in the order of their offsets
   */
  static Tally audit(Collection<Sent> events, Collection<Seen> records) {
    Auditor auditor = new Auditor(events, records);
    auditor.judgeEndings();
    auditor.judgeCopies(Output.LOW_CONFIDENCE, Seen::lowConfidence);
    auditor.judgeCopies(Output.ADVERSARIAL, Seen::adversarial);
    auditor.judgeContent();
    auditor.judgeOrder();
    return new Tally(
        events.size(),
        auditor.byId.get(Output.LABELLED).size(),
        auditor.byId.get(Output.DEAD_LETTER).size(),
        auditor.lost,
        auditor.duplicated,
        auditor.outOfOrder,
        List.copyOf(auditor.wrong));
  }

  private List<Seen> of(Output output, String id) {
    return byId.get(output).getOrDefault(id, List.of());
  }

  private void judgeEndings() {
    for (Sent event : sent.values()) {
      int labelled = of(Output.LABELLED, event.id()).size();
      int dead = of(Output.DEAD_LETTER, event.id()).size();
      if (labelled + dead == 0) {
        lost++;
      } else {
        duplicated += labelled + dead - 1;
      }
      Ending ending = event.kind().ending();
      if (labelled > 0 && ending == Ending.DEAD_LETTER) {
        wrong.add(event.id() + " (" + event.kind() + ") has a verdict");
      }
      if (dead > 0 && ending == Ending.LABELLED) {
        wrong.add(
            event.id()
                + " ("
                + event.kind()
                + ") is a dead letter: "
                + of(Output.DEAD_LETTER, event.id()).get(0).verdict());
      }
    }
  }

  private void judgeCopies(Output copies, Predicate<Seen> flagged) {
    for (String id : sent.keySet()) {
      boolean due = of(Output.LABELLED, id).stream().anyMatch(flagged);
      int seen = of(copies, id).size();
      if (due && seen == 0) {
        lost++;
        wrong.add(id + " is flagged, but not in " + copies);
      } else if (!due && seen > 0) {
        wrong.add(id + " is in " + copies + ", but not flagged");
      } else if (seen > 1) {
        duplicated += seen - 1;
      }
    }
  }

  /** Bytes, coordinates, and that an image is judged alike whatever batch it came in. */
  private void judgeContent() {
    Map<String, String> verdicts = new HashMap<>();
    for (Seen record : known) {
      Sent event = sent.get(record.id());
      boolean letter = record.output() == Output.DEAD_LETTER;
      String expected = letter ? event.valueDigest() : event.imageDigest();
      if (!record.digest().equals(expected)) {
        wrong.add(record.output() + " " + record.id() + ": not the bytes that were sent");
      }
      if (record.sourcePartition() != event.partition()
          || record.sourceOffset() != event.offset()) {
        wrong.add(record.output() + " " + record.id() + ": not the event's partition and offset");
      }
      String first = letter ? null : verdicts.putIfAbsent(record.digest(), record.verdict());
      if (first != null && !first.equals(record.verdict())) {
        wrong.add(record.id() + ": judged " + record.verdict() + ", the same image " + first);
      }
    }
  }

  /**
   * Undecodable events never reach the encoder: their letters are written when they are read, ahead
   * of those of images that are still in the encoder. Each of the two kinds has its own order.
   */
  private String lane(Seen record) {
    boolean undecodable = sent.get(record.id()).kind() == EventKind.NOT_AVRO;
    return undecodable ? " undecodable" : "";
  }

  private void judgeOrder() {
    Map<String, List<Seen>> partitions =
        known.stream()
            .collect(
                Collectors.groupingBy(
                    record -> record.output() + "-" + record.partition() + lane(record),
                    TreeMap::new,
                    Collectors.toList()));
    for (List<Seen> records : partitions.values()) {
      Set<Integer> due = new HashSet<>();
      for (Seen record : records) {
        Sent event = sent.get(record.id());
        if (event.partition() != record.partition()) {
          wrong.add(record.output() + " " + record.id() + ": in another partition than its event");
        }
        if (event.kind().ending() != Ending.EITHER) {
          due.add(event.sequence());
        }
      }
      OrderJudge judge = new OrderJudge(due);
      Seen before = null;
      for (Seen record : records) {
        if (!judge.next(sent.get(record.id()).sequence())) {
          wrong.add(
              record.output()
                  + "-"
                  + record.partition()
                  + ": "
                  + record.id()
                  + " at offset "
                  + record.offset()
                  + " comes after "
                  + (before == null ? "nothing" : before.id()));
        }
        before = record;
      }
      outOfOrder += judge.violations();
    }
  }
}
