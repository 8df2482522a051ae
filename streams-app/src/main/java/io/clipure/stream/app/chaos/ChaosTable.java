package io.clipure.stream.app.chaos;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Prints outcomes as a table. Recovery is median and longest, see {@link Recovery}; pause is the
 * longest time without a committed result.
 */
final class ChaosTable {
  private static final String ROW = "%-14s %-15s %-8s %9s %8s %6s %5s %5s %6s %13s %7s %6s  %s%n";

  private ChaosTable() {}

  static void print(PrintWriter out, List<Outcome> outcomes) {
    out.printf(
        ROW,
        "scenario",
        "guarantee",
        "protocol",
        "published",
        "labelled",
        "dead",
        "lost",
        "dup.",
        "order",
        "recovery s",
        "pause s",
        "took s",
        "verdict");
    for (Outcome outcome : outcomes) {
      Tally tally = outcome.tally();
      List<String> problems = outcome.problems();
      out.printf(
          ROW,
          outcome.variant().scenario().name(),
          outcome.variant().guarantee().id(),
          outcome.variant().protocol().id(),
          tally.published(),
          tally.labelled(),
          tally.deadLettered(),
          tally.lost(),
          tally.duplicated(),
          tally.outOfOrder(),
          recovery(outcome),
          String.format(Locale.ROOT, "%.1f", outcome.longestPause()),
          String.format(Locale.ROOT, "%.0f", outcome.seconds()),
          problems.isEmpty() ? "as promised" : problems.size() + " problems");
    }
    for (Outcome outcome : outcomes) {
      outcome.problems().stream()
          .limit(10)
          .forEach(
              problem ->
                  out.println(
                      outcome.variant().scenario().name()
                          + " "
                          + outcome.variant().guarantee().id()
                          + " "
                          + outcome.variant().protocol().id()
                          + ": "
                          + problem));
    }
  }

  /** Median and longest. */
  private static String recovery(Outcome outcome) {
    double[] sorted = outcome.recoveries();
    return sorted.length == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%.1f (%.1f)", sorted[sorted.length / 2], sorted[sorted.length - 1]);
  }
}
