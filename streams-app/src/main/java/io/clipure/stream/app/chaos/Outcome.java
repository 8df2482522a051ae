package io.clipure.stream.app.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a scenario went.
 *
 * @param variant which
 * @param tally the account; of what was there, if the run stalled
 * @param recovery seconds, one figure a fault; see {@link Recovery}
 * @param longestPause seconds between two results at most
 * @param exitCodes after SIGTERM
 * @param surprises processes that ended unasked
 * @param stalled why the run was given up; empty if it was not
 * @param seconds duration
 */
record Outcome(
    Variant variant,
    Tally tally,
    double[] recovery,
    double longestPause,
    List<Integer> exitCodes,
    List<String> surprises,
    String stalled,
    double seconds) {
  /** What is not as promised, one line each; empty: all is well. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!stalled.isEmpty()) {
      problems.add(stalled);
    }
    if (tally.lost() > 0) {
      problems.add(tally.lost() + " lost");
    }
    if (tally.duplicated() > 0 && variant.guarantee() == Variant.Guarantee.EXACTLY_ONCE_V2) {
      problems.add(tally.duplicated() + " duplicated under exactly_once_v2");
    }
    if (tally.outOfOrder() > 0) {
      problems.add(tally.outOfOrder() + " out of order");
    }
    problems.addAll(tally.wrong());
    exitCodes.stream()
        .filter(code -> code != 0)
        .map(code -> "exit code " + code + " after SIGTERM, expected 0")
        .forEach(problems::add);
    problems.addAll(surprises);
    return problems;
  }

  /** Recovery times that could be measured, sorted. */
  double[] recoveries() {
    return Arrays.stream(recovery).filter(seconds -> seconds >= 0).sorted().toArray();
  }
}
