package io.clipure.stream.audit.diff;

import java.util.List;

/**
 * A finished comparison.
 *
 * @param before the run before
 * @param after the run after
 * @param figures what they make of the same events
 */
public record DiffReport(RunFacts before, RunFacts after, DiffFigures figures) {
  /** Results read of both runs, doubles included. */
  long results() {
    return before.labelled() + before.deadLetters() + after.labelled() + after.deadLetters();
  }

  /** The answers to budgets. */
  public List<Budget.Answer> answers(List<Budget> budgets) {
    return budgets.stream().map(budget -> budget.answer(this)).toList();
  }
}
