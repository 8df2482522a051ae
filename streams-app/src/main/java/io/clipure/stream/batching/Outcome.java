package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEmbeddings;

/**
 * How a job ended. Failures of one image are values, so that they keep their place in the
 * partition's order.
 *
 * @param <D> what the owner kept of the loading
 */
public sealed interface Outcome<D> {

  /**
   * The encoder's answer.
   *
   * @param detail what loading gave besides pixels
   * @param embeddings of the image and its views, finite and not zero
   * @param loadNanos time in its steps, on fetch and load threads
   * @param queueNanos time between loaded and the start of its batch
   * @param encodingAtNanos {@link System#nanoTime} at the start of its batch, the same for all of
   *     it
   * @param encodeNanos time of the whole batch in the encoder
   * @param batchSize images in that batch
   * @param device device that ran it
   */
  record Encoded<D>(
      D detail,
      ImageEmbeddings embeddings,
      long loadNanos,
      long queueNanos,
      long encodingAtNanos,
      long encodeNanos,
      int batchSize,
      String device)
      implements Outcome<D> {}

  /**
   * Ended by loading.
   *
   * @param detail the loader's outcome
   */
  record Settled<D>(D detail) implements Outcome<D> {}

  /**
   * Failed alone, with a device that works for others.
   *
   * @param stage where
   * @param message one line
   */
  record Failed<D>(Stage stage, String message) implements Outcome<D> {}

  /** Its deadline passed before an encoder began with it; no inference was spent on it. */
  record Expired<D>() implements Outcome<D> {}

  /** Where a job failed. */
  enum Stage {
    /** The heap had no room to decode it, however often it was tried. */
    MEMORY,
    /** A step threw: a bug, not bad input. */
    LOAD,
    /**
     * Encoders failed or hung because of this image, as often as is allowed, or answered with NaN,
     * infinities or zeros.
     */
    ENCODE
  }
}
