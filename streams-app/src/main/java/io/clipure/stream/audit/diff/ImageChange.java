package io.clipure.stream.audit.diff;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One event in both runs.
 *
 * @param id event id
 * @param before what the run before made of it
 * @param after what the run after made of it
 * @param what everything that differs; empty: nothing that anybody would act on
 * @param totalVariation half the sum of the scores' differences, 0 to 1; NaN where the label sets
 *     differ or a verdict is missing
 * @param topScoreChange top score after minus before; NaN where a verdict is missing
 */
public record ImageChange(
    String id,
    Optional<Result> before,
    Optional<Result> after,
    Set<What> what,
    double totalVariation,
    double topScoreChange) {

  /** A kind of difference. */
  public enum What {
    /** Both decided, differently. */
    DECISION,
    /** Both scored, with another label on top. */
    TOP_LABEL,
    /** Kinds of flags came or went. */
    FLAGS,
    /** The bytes were others: the runs did not see the same image. */
    CONTENT,
    /** A verdict before, a dead letter after. */
    DEAD_LETTERED,
    /** A dead letter before, a verdict after. */
    RECOVERED,
    /** A verdict before, nothing after. */
    MISSING,
    /** Nothing before, a verdict after. */
    EXTRA;

    /** For tables. */
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static ImageChange of(Pair pair, double totalVariation) {
    Set<What> what = EnumSet.noneOf(What.class);
    double topScoreChange = Double.NaN;
    if (pair.before().orElse(null) instanceof Result.Labelled before) {
      if (pair.after().orElse(null) instanceof Result.Labelled after) {
        both(what, before, after);
        topScoreChange = after.topScore() - before.topScore();
      } else {
        what.add(pair.after().isPresent() ? What.DEAD_LETTERED : What.MISSING);
      }
    } else if (pair.outcomeAfter().isDecision()) {
      what.add(pair.before().isPresent() ? What.RECOVERED : What.EXTRA);
    }
    return new ImageChange(
        pair.id(), pair.before(), pair.after(), what, totalVariation, topScoreChange);
  }

  private static void both(Set<What> what, Result.Labelled before, Result.Labelled after) {
    if (before.decision() != after.decision()) {
      what.add(What.DECISION);
    }
    if (!before.topLabel().equals(after.topLabel())) {
      what.add(What.TOP_LABEL);
    }
    if (!before.flags().equals(after.flags())) {
      what.add(What.FLAGS);
    }
    if (!before.sha256().equals(after.sha256())) {
      what.add(What.CONTENT);
    }
  }

  /** Row of the flip matrix. */
  public Outcome outcomeBefore() {
    return before.map(Result::outcome).orElse(Outcome.ABSENT);
  }

  /** Column of the flip matrix. */
  public Outcome outcomeAfter() {
    return after.map(Result::outcome).orElse(Outcome.ABSENT);
  }
}
