package io.clipure.stream.config;

import java.util.Collection;
import java.util.Comparator;

/** "Did you mean": the known name nearest to a mistyped one. */
final class Suggestion {
  private Suggestion() {}

  /** {@code ; did you mean "x"?}, or a pointer to the list when nothing is near. */
  static String among(Collection<String> known, String seen) {
    return known.stream()
        .filter(name -> distance(name, seen) <= Math.max(2, seen.length() / 4))
        .min(
            Comparator.<String>comparingInt(name -> distance(name, seen))
                .thenComparing(name -> name))
        .map("; did you mean \"%s\"?"::formatted)
        .orElse("; the README lists all keys");
  }

  /** Levenshtein's. */
  static int distance(String from, String to) {
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
