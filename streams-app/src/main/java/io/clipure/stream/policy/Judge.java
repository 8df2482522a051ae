package io.clipure.stream.policy;

import java.util.List;

/** Judges embeddings under one label set. Thread-safe, pure. */
public interface Judge {
  /** The label set in force. */
  LabelSet labelSet();

  /**
   * What an operator should know of this set under this bundle, one line each; empty: nothing. For
   * example prompts with words that the text encoder does not know.
   */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * Judges one image.
   *
   * @param embedding image embedding {@code [dimension]}, not normalised; not modified
   * @return the verdict
   * @throws IllegalArgumentException if the embedding has the wrong width, is zero or not finite
   */
  Verdict judge(float[] embedding);
}
