package io.clipure.stream.redteam.target;

/** From one image embedding to label logits, differentiable. Thread-safe, pure. */
public interface Head {
  /** What it computes and with which settings, in one line. */
  String id();

  /** Number of labels. */
  int classes();

  /**
   * Scores an embedding.
   *
   * @param embedding {@code [dimension]}, not normalised
   */
  Pass forward(float[] embedding);

  /** One embedding's way through the head. */
  interface Pass {
    /** Label logits; not to be modified. */
    double[] logits();

    /**
     * Back-propagates.
     *
     * @param gradient ∂loss/∂logits
     * @return ∂loss/∂embedding, as the attacker's arithmetic gives it
     */
    float[] pullBack(double[] gradient);
  }
}
