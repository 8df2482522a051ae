package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageViews;

/**
 * What loading one job gives.
 *
 * @param <D> what the job's owner wants to keep of the loading
 */
public sealed interface Loaded<D> {
  /** What the owner wants to keep. */
  D detail();

  /**
   * An image for the encoder.
   *
   * @param detail what the owner wants to keep
   * @param views the image and views of it; they go into the same batch
   */
  record Pixels<D>(D detail, ImageViews views) implements Loaded<D> {}

  /**
   * A job that ends without the encoder, for example a rejected image.
   *
   * @param detail the outcome
   */
  record Settled<D>(D detail) implements Loaded<D> {}
}
