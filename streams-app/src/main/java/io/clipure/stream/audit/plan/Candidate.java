package io.clipure.stream.audit.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What decides in an audit, as names and digests: two instances with the same facts decide alike.
 *
 * @param facts name to value, in order, for example {@code model digest}
 */
public record Candidate(Map<String, String> facts) {
  /** Copies, in order. */
  public Candidate {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** What another one has otherwise, one phrase each; empty: they decide alike. */
  public List<String> differences(Candidate other) {
    Set<String> names = new LinkedHashSet<>(facts.keySet());
    names.addAll(other.facts.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String mine = facts.getOrDefault(name, "none");
      String theirs = other.facts.getOrDefault(name, "none");
      if (!mine.equals(theirs)) {
        differences.add("%s is %s, the plan has %s".formatted(name, theirs, mine));
      }
    }
    return differences;
  }
}
