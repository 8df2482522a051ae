package io.clipure.stream.app;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Double-entry account of a run: every published id must come out exactly once, labelled or
 * dead-lettered, and every flag of a labelled image must show up on the flag's own topic.
 *
 * <p><b>Threading</b>: confined to the thread that reads the output topics.
 */
final class Account {
  /** Where an event can come out. */
  enum Topic {
    LABELLED,
    LOW_CONFIDENCE,
    ADVERSARIAL,
    DEAD_LETTER
  }

  private final Map<Topic, Map<String, Integer>> seen = new EnumMap<>(Topic.class);
  private final Map<Topic, Integer> expectedFlags = new EnumMap<>(Topic.class);

  Account() {
    for (Topic topic : Topic.values()) {
      seen.put(topic, new HashMap<>());
    }
  }

  /** Books one record read from an output topic. */
  void book(Topic topic, String id) {
    seen.get(topic).merge(id, 1, Integer::sum);
  }

  /** Books that a labelled record carries a flag, so that its copy is due on {@code topic}. */
  void expect(Topic topic) {
    expectedFlags.merge(topic, 1, Integer::sum);
  }

  /** Records read from a topic, copies included. */
  int count(Topic topic) {
    return seen.get(topic).values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Distinct ids that came out labelled or dead-lettered. */
  int settled() {
    return seen.get(Topic.LABELLED).size() + seen.get(Topic.DEAD_LETTER).size();
  }

  /** Whether all expected flag copies have been read. */
  boolean flagsSettled() {
    return expectedFlags.entrySet().stream().allMatch(due -> count(due.getKey()) >= due.getValue());
  }

  /** Published ids that came out nowhere. */
  List<String> missing(Iterable<String> published) {
    List<String> missing = new ArrayList<>();
    for (String id : published) {
      if (!seen.get(Topic.LABELLED).containsKey(id)
          && !seen.get(Topic.DEAD_LETTER).containsKey(id)) {
        missing.add(id);
      }
    }
    return missing;
  }

  /** What does not add up, one sentence each; empty: everything is accounted for. */
  List<String> findings(List<String> published) {
    List<String> findings = new ArrayList<>();
    List<String> missing = missing(published);
    if (!missing.isEmpty()) {
      findings.add(
          missing.size() + " published events came out nowhere, the first: " + missing.get(0));
    }
    Map<String, Integer> labelled = seen.get(Topic.LABELLED);
    long both = seen.get(Topic.DEAD_LETTER).keySet().stream().filter(labelled::containsKey).count();
    if (both > 0) {
      findings.add(both + " events were both labelled and dead-lettered");
    }
    seen.forEach(
        (topic, ids) -> {
          long doubled = ids.values().stream().filter(times -> times > 1).count();
          if (doubled > 0) {
            findings.add(doubled + " events came out more than once on " + topic);
          }
        });
    int strangers = settled() + missing.size() - published.size() - (int) both;
    if (strangers > 0) {
      findings.add(strangers + " events came out that were never published");
    }
    expectedFlags.forEach(
        (topic, due) -> {
          if (count(topic) != due) {
            findings.add(due + " flags were due on " + topic + ", " + count(topic) + " came");
          }
        });
    return findings;
  }
}
