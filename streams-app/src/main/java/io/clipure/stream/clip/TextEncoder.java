package io.clipure.stream.clip;

import java.util.List;

/** Turns texts into text embeddings. Thread-safe. */
public interface TextEncoder extends AutoCloseable {
  /**
   * Encodes texts.
   *
   * @param texts any number of texts; each is truncated to the context length
   * @return {@code [texts, dimension]} embeddings, not normalised
   * @throws EncoderException if the engine fails
   */
  float[][] encode(List<String> texts);

  /**
   * The words of a text that the encoder was never trained on; empty for an open vocabulary.
   *
   * @param text a prompt, without template
   * @return unknown words in order of appearance
   */
  List<String> unknownWords(String text);

  @Override
  void close();
}
