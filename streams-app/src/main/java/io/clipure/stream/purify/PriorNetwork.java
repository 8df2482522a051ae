package io.clipure.stream.purify;

/**
 * A diffusion prior conditioned on the blank prompt: tells a clean image embedding from a noised
 * one. Rows are independent of each other.
 */
public interface PriorNetwork {
  /**
   * Predicts clean embeddings.
   *
   * @param noised {@code [batch, dimension]} scaled embeddings with noise
   * @param timesteps {@code [batch]}
   * @return {@code [batch, dimension]}, scaled
   */
  float[][] predict(float[][] noised, long[] timesteps);

  /**
   * ∂⟨predict(x, t), v⟩/∂x.
   *
   * @param noised x, as in {@link #predict}
   * @param timesteps {@code [batch]}
   * @param cotangents v, {@code [batch, dimension]}
   * @return {@code [batch, dimension]}
   */
  float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents);
}
