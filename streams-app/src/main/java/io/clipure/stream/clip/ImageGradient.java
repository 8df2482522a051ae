package io.clipure.stream.clip;

import java.util.List;

/**
 * The image encoder on real-valued pixels, and its vector–Jacobian product: any loss of an
 * embedding can be differentiated down to pixels with v = ∂loss/∂embedding. For attacks and
 * measurements; serving does not need it.
 *
 * <p><b>Threading</b>: not thread-safe; whoever opened it owns and closes it.
 */
public interface ImageGradient extends AutoCloseable {
  /** The device it runs on, as configured: {@code cpu}, {@code gpu:0}, … */
  String device();

  /** Side of the square input in pixels. */
  int imageSize();

  /** Width of an embedding. */
  int dimension();

  /**
   * Encodes one batch.
   *
   * @param pixels {@code [size, size, 3]} RGB each, row-major, real-valued in the uint8 scale
   *     0..255
   * @return {@code [batch, dimension]} embeddings, not normalised
   * @throws EncoderException if the engine fails
   */
  float[][] encode(List<float[]> pixels);

  /**
   * ∂⟨encoder(x), v⟩/∂x of one batch.
   *
   * @param pixels as in {@link #encode}
   * @param cotangents v, {@code [dimension]} each
   * @return {@code [batch, size · size · 3]}
   * @throws EncoderException if the engine fails
   */
  float[][] vjp(List<float[]> pixels, List<float[]> cotangents);

  @Override
  void close();
}
