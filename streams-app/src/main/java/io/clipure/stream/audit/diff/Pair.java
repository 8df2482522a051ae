package io.clipure.stream.audit.diff;

import java.util.Optional;

/**
 * What both runs made of one event.
 *
 * @param id event id
 * @param before the last result of the run before, in source order; empty: none
 * @param after the same of the run after
 * @param supersededBefore earlier results of the run before
 * @param supersededAfter the same of the run after
 */
record Pair(
    String id,
    Optional<Result> before,
    Optional<Result> after,
    int supersededBefore,
    int supersededAfter) {

  Outcome outcomeBefore() {
    return before.map(Result::outcome).orElse(Outcome.ABSENT);
  }

  Outcome outcomeAfter() {
    return after.map(Result::outcome).orElse(Outcome.ABSENT);
  }
}
