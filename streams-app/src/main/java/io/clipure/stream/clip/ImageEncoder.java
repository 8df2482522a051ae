package io.clipure.stream.clip;

import java.util.List;

/**
 * Turns preprocessed pixels into image embeddings on one device.
 *
 * <p><b>Threading</b>: not thread-safe; each device worker owns one.
 */
public interface ImageEncoder extends AutoCloseable {
  /** The device this encoder runs on, as configured: {@code cpu}, {@code gpu:0}, … */
  String device();

  /** Side of the square input in pixels. */
  int imageSize();

  /** Width of an embedding. */
  int dimension();

  /**
   * Encodes one batch.
   *
   * @param pixels one {@code [size, size, 3]} RGB uint8 image each, row-major
   * @return {@code [batch, dimension]} embeddings, not normalised, in the order of {@code pixels}
   * @throws EncoderException if the engine fails
   */
  float[][] encode(List<byte[]> pixels);

  @Override
  void close();
}
