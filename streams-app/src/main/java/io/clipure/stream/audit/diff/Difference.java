package io.clipure.stream.audit.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Something that was set otherwise in the two runs.
 *
 * @param name what
 * @param before its values before
 * @param after its values after
 */
public record Difference(String name, List<String> before, List<String> after) {
  /** Labels named in one line. */
  private static final int NAMED = 12;

  /** Everything that the records themselves say was set otherwise. */
  public static List<Difference> of(DiffReport report) {
    List<Difference> differences = new ArrayList<>();
    Set<String> names = new java.util.LinkedHashSet<>(report.before().provenance().keySet());
    names.addAll(report.after().provenance().keySet());
    for (String name : names) {
      Set<String> before = values(report.before(), name);
      Set<String> after = values(report.after(), name);
      if (!before.equals(after)) {
        differences.add(new Difference(name, List.copyOf(before), List.copyOf(after)));
      }
    }
    labels(differences, report.figures().labels());
    return differences;
  }

  private static Set<String> values(RunFacts run, String name) {
    return new TreeSet<>(run.provenance().getOrDefault(name, Map.of()).keySet());
  }

  private static void labels(List<Difference> differences, List<LabelShift> labels) {
    List<String> gone = new ArrayList<>();
    List<String> added = new ArrayList<>();
    for (LabelShift label : labels) {
      if (label.heldBefore() && !label.heldAfter()) {
        gone.add(label.label());
      } else if (label.heldAfter() && !label.heldBefore()) {
        added.add(label.label());
      } else if (label.thresholdChanged()) {
        differences.add(
            new Difference(
                "threshold of " + label.label(),
                thresholds(label.thresholdsBefore()),
                thresholds(label.thresholdsAfter())));
      }
    }
    if (!gone.isEmpty() || !added.isEmpty()) {
      differences.add(new Difference("labels of one run only", some(gone), some(added)));
    }
  }

  static List<String> thresholds(List<Double> thresholds) {
    return thresholds.isEmpty()
        ? List.of("none")
        : thresholds.stream().map(Words::threshold).toList();
  }

  private static List<String> some(List<String> labels) {
    List<String> sorted = labels.stream().sorted().toList();
    List<String> named = sorted.stream().limit(NAMED).collect(Collectors.toList());
    if (sorted.size() > NAMED) {
      named.add("and " + (sorted.size() - NAMED) + " more");
    }
    return named.isEmpty() ? List.of("none") : named;
  }
}
