package io.clipure.stream.audit.plan;

import java.util.List;

/**
 * Where an audit writes.
 *
 * @param labelled every new verdict
 * @param lowConfidence verdicts flagged LOW_CONFIDENCE, again
 * @param adversarial verdicts flagged SUSPECTED_ADVERSARIAL, again
 * @param deadLetter what got no verdict, with the reason
 */
public record OutputTopics(
    String labelled, String lowConfidence, String adversarial, String deadLetter) {

  /** The names under a prefix. */
  public static OutputTopics of(String prefix) {
    return new OutputTopics(
        prefix + "labelled",
        prefix + "flagged.low-confidence",
        prefix + "flagged.adversarial",
        prefix + "dead-letter");
  }

  /** All of them. */
  public List<String> all() {
    return List.of(labelled, lowConfidence, adversarial, deadLetter);
  }
}
