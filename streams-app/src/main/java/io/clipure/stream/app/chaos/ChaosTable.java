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

  private static final int MOST_PROBLEMS = 10;

  private ChaosTable() {}

  static void print(PrintWriter out, List<Outcome> outcomes) {
    header(out);
    outcomes.forEach(outcome -> row(out, outcome));
  }

  static void header(PrintWriter out) {
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
  }

  /** A row, and below it what is not as promised. */
  static void row(PrintWriter out, Outcome outcome) {
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
        problems.isEmpty() ? "as promised" : "NOT AS PROMISED");
    problems.stream().limit(MOST_PROBLEMS).forEach(problem -> out.println("    " + problem));
    if (problems.size() > MOST_PROBLEMS) {
      out.println("    and " + (problems.size() - MOST_PROBLEMS) + " more");
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
