package io.clipure.stream.audit.diff;

import java.util.List;
import java.util.Map;

/**
 * What two runs make of the same events. "Joined" are the events that both labelled.
 *
 * @param joined their number; what every rate of them is of
 * @param labelledBefore events that the run before labelled
 * @param labelledAfter events that the run after labelled
 * @param duplicatesBefore results of the run before that a later one of the same event superseded
 * @param duplicatesAfter the same of the run after
 * @param matrix events by outcome before, then after
 * @param decisionsAgree joined events with the same decision
 * @param topLabelsAgree joined events with the same top label
 * @param flagsAgree joined events with the same kinds of flags
 * @param flagsGained joined events with a kind of flag only after
 * @param flagsLost joined events with a kind of flag only before
 * @param flags kind by kind
 * @param comparable joined events whose label sets hold the same labels
 * @param identicalScores comparable events with bit for bit the same scores
 * @param meanTotalVariation over the comparable events, 0 to 1
 * @param flipPairs different pairs of top labels that changed
 * @param flips the most frequent of them
 * @param labels label by label, the most moved first
 * @param contentChanged joined events whose image bytes differ
 * @param missing events labelled before, of which the run after says nothing
 * @param extra the reverse
 * @param deadLettered events labelled before and dead-lettered after
 * @param recovered the reverse
 * @param deadLetterReasons reason codes of {@code deadLettered}
 * @param transitions changed outcomes with the most changed images of each, the worst first
 * @param moved the most changed images among those with the same decision
 */
public record DiffFigures(
    long joined,
    long labelledBefore,
    long labelledAfter,
    long duplicatesBefore,
    long duplicatesAfter,
    Map<Outcome, Map<Outcome, Long>> matrix,
    Rate decisionsAgree,
    Rate topLabelsAgree,
    Rate flagsAgree,
    Rate flagsGained,
    Rate flagsLost,
    List<FlagChange> flags,
    long comparable,
    long identicalScores,
    double meanTotalVariation,
    int flipPairs,
    List<Flip> flips,
    List<LabelShift> labels,
    long contentChanged,
    Ids missing,
    Ids extra,
    Ids deadLettered,
    Ids recovered,
    Map<String, Long> deadLetterReasons,
    List<Transition> transitions,
    List<ImageChange> moved) {

  /**
   * Some of many ids.
   *
   * @param count how many there are
   * @param first the first of them, in the order of their bytes
   */
  public record Ids(long count, List<String> first) {}

  /**
   * One cell of the matrix off its diagonal.
   *
   * @param before outcome before
   * @param after outcome after
   * @param images events
   * @param shown the most changed of them
   */
  public record Transition(Outcome before, Outcome after, long images, List<ImageChange> shown) {}

  /** Events of one cell. */
  public long count(Outcome before, Outcome after) {
    return matrix.get(before).get(after);
  }

  /** Joined events that had a decision and have another. */
  public long lost(Outcome decision) {
    long lost = 0;
    for (Outcome after : Outcome.values()) {
      lost += after.isDecision() && after != decision ? count(decision, after) : 0;
    }
    return lost;
  }

  /** Joined events that have a decision and had another. */
  public long gained(Outcome decision) {
    long gained = 0;
    for (Outcome before : Outcome.values()) {
      gained += before.isDecision() && before != decision ? count(before, decision) : 0;
    }
    return gained;
  }

  /** Joined events whose decision changed. */
  public long decisionsChanged() {
    return decisionsAgree.of() - decisionsAgree.hits();
  }
}
