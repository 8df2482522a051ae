package io.clipure.stream.audit.diff;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Distinct values by name, with counts. Not thread-safe. */
final class ValueCounts {
  /** Values counted one by one for each name; the rest is counted together. */
  private static final int MOST = 1_000;

  private static final String OTHERS = "(others)";

  private final Map<String, Map<String, Long>> counts = new LinkedHashMap<>();

  void count(String name, String value) {
    Map<String, Long> values = counts.computeIfAbsent(name, any -> new TreeMap<>());
    values.merge(values.size() < MOST || values.containsKey(value) ? value : OTHERS, 1L, Long::sum);
  }

  /** By name in the order of their first count, then by value. */
  Map<String, Map<String, Long>> all() {
    return counts;
  }
}
