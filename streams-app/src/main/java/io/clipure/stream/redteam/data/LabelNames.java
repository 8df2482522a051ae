package io.clipure.stream.redteam.data;

import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.LabelSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds labels by the names that data sets use for them: id, name for people, or a prompt. */
final class LabelNames {
  private static final int NEAREST = 3;

  private final LabelSet labelSet;
  private final Map<String, Label> byName = new HashMap<>();

  LabelNames(LabelSet labelSet) {
    this.labelSet = labelSet;
    // An id is never ambiguous; a prompt or a name that two labels share belongs to the first.
    labelSet.labels().forEach(label -> byName.putIfAbsent(plain(label.id()), label));
    labelSet.labels().forEach(label -> byName.putIfAbsent(plain(label.name()), label));
    for (Label label : labelSet.labels()) {
      label.prompts().forEach(prompt -> byName.putIfAbsent(plain(prompt), label));
    }
  }

  /** The labels in the set's own order. */
  List<Label> labels() {
    return labelSet.labels();
  }

  /**
   * Looks a name up; case, {@code _} and {@code -} do not matter.
   *
   * @param place what carries the name, for the message
   * @throws DataException naming the nearest labels
   */
  Label find(String name, String place) {
    Label label = byName.get(plain(name));
    if (label != null) {
      return label;
    }
    String wanted = plain(name);
    List<String> nearest =
        labelSet.labels().stream()
            .sorted(Comparator.comparingInt(known -> distance(wanted, plain(known.id()))))
            .limit(NEAREST)
            .map(Label::id)
            .toList();
    throw new DataException(
        place
            + ": \""
            + printable(name)
            + "\" is no label id, name or prompt of label set \""
            + labelSet.name()
            + "\"; nearest: "
            + String.join(", ", nearest)
            + "; rename it or choose the label set with --labels");
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }

  private static String printable(String name) {
    String shown = name.length() <= 60 ? name : name.substring(0, 57) + "...";
    return shown.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
  }

  /** Levenshtein's. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
