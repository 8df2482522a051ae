package io.clipure.stream.policy;

import io.clipure.stream.clip.ImageEmbeddings;
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
   * Judges one image from all its views.
   *
   * @param embeddings image embeddings, the image's own first; not modified
   * @return the verdict
   * @throws IllegalArgumentException if an embedding has the wrong width, is zero or not finite, or
   *     if there are more or fewer views than agreed, unless the image was seen once
   */
  Verdict judge(ImageEmbeddings embeddings);

  /**
   * Judges an image that was seen once: whatever views would show is not known of it.
   *
   * @param embedding image embedding {@code [dimension]}, not normalised; not modified
   * @return the verdict
   * @throws IllegalArgumentException if the embedding has the wrong width, is zero or not finite
   */
  default Verdict judge(float[] embedding) {
    return judge(ImageEmbeddings.of(embedding));
  }
}
