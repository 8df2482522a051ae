package io.clipure.stream.ops.tracing;

import java.util.List;

/**
 * How one image went from its event to its verdict. Times are {@link System#nanoTime}, lengths
 * nanoseconds.
 *
 * @param origin where the event stood
 * @param to topic of the result
 * @param readAt when the event was taken up
 * @param loadNanos time on fetch and load threads
 * @param queueNanos time between loaded and encoding
 * @param encodingAt when its batch began, the same for all of the batch
 * @param encodeNanos time of the whole batch in the encoder
 * @param batchSize images in it
 * @param device device that ran it
 * @param judgeNanos time in the judge
 * @param decision the decision
 * @param decidedBy label that made it
 * @param flags kinds of its flags
 */
public record ImageStages(
    EventOrigin origin,
    String to,
    long readAt,
    long loadNanos,
    long queueNanos,
    long encodingAt,
    long encodeNanos,
    int batchSize,
    String device,
    long judgeNanos,
    String decision,
    String decidedBy,
    List<String> flags) {
  /** Copies the list. */
  public ImageStages {
    flags = List.copyOf(flags);
  }
}
