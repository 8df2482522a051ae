package io.clipure.stream.app.chaos;

/**
 * One record read from an output topic.
 *
 * @param output which topic
 * @param partition its partition
 * @param offset its offset
 * @param id the record's key
 * @param sourcePartition partition of the event, as the record itself says
 * @param sourceOffset offset of the event, as the record itself says
 * @param madeAt when the service made it, milliseconds UTC
 * @param arrivedAt when the harness read it, milliseconds UTC
 * @param digest of the encoded image (labelled) or of the value (dead letter)
 * @param verdict top label and score; the reason code of a dead letter
 * @param lowConfidence whether it is flagged so
 * @param adversarial whether it is flagged so
 */
record Seen(
    Output output,
    int partition,
    long offset,
    String id,
    int sourcePartition,
    long sourceOffset,
    long madeAt,
    long arrivedAt,
    String digest,
    String verdict,
    boolean lowConfidence,
    boolean adversarial) {

  /** The four output topics. */
  enum Output {
    LABELLED,
    DEAD_LETTER,
    LOW_CONFIDENCE,
    ADVERSARIAL;

    /** Whether every event must end in exactly one of these; the others hold copies. */
    boolean settles() {
      return this == LABELLED || this == DEAD_LETTER;
    }
  }
}
