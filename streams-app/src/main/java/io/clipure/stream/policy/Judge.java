package io.clipure.stream.policy;

/** Judges embeddings under one label set. Thread-safe, pure. */
public interface Judge {
  /** The label set in force. */
  LabelSet labelSet();

  /**
   * Judges one image.
   *
   * @param embedding image embedding {@code [dimension]}, not normalised; not modified
   * @return the verdict
   */
  Verdict judge(float[] embedding);
}
