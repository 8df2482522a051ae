package io.clipure.stream.policy;

/** Makes judges: computes the text embeddings of a label set once. Thread-safe. */
public interface JudgeFactory {
  /**
   * Compiles a label set.
   *
   * @throws LabelSetException if a prompt has words unknown to the bundle's text encoder
   */
  Judge compile(LabelSet labelSet);
}
