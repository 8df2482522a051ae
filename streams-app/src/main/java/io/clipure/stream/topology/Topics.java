package io.clipure.stream.topology;

import java.util.List;

/**
 * Names of the topics; none is created by the topology.
 *
 * @param images image events in
 * @param labelled every verdict
 * @param lowConfidence verdicts flagged LOW_CONFIDENCE, again
 * @param adversarial verdicts flagged SUSPECTED_ADVERSARIAL, again
 * @param deadLetter events without a verdict, in their original bytes
 * @param labelSets label sets by name, compacted
 */
public record Topics(
    String images,
    String labelled,
    String lowConfidence,
    String adversarial,
    String deadLetter,
    String labelSets) {

  /** The default names. */
  public static Topics defaults() {
    return new Topics(
        "images",
        "images.labelled",
        "images.flagged.low-confidence",
        "images.flagged.adversarial",
        "images.dead-letter",
        "label-sets");
  }

  /** All names, in the order of the record. */
  public List<String> all() {
    return List.of(images, labelled, lowConfidence, adversarial, deadLetter, labelSets);
  }
}
