package io.clipure.stream.app;

import io.clipure.stream.clip.TextEncoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A text encoder that encodes no text twice: for judges of one label set under one calibration
 * after another. Keeps every embedding; does not own the encoder behind it.
 */
final class RememberedTexts implements TextEncoder {
  private final TextEncoder encoder;
  private final Map<String, float[]> embeddings = new ConcurrentHashMap<>();

  RememberedTexts(TextEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public float[][] encode(List<String> texts) {
    List<String> unseen =
        texts.stream().distinct().filter(text -> !embeddings.containsKey(text)).toList();
    if (!unseen.isEmpty()) {
      float[][] encoded = encoder.encode(unseen);
      for (int i = 0; i < encoded.length; i++) {
        embeddings.put(unseen.get(i), encoded[i]);
      }
    }
    return texts.stream().map(embeddings::get).toArray(float[][]::new);
  }

  @Override
  public List<String> unknownWords(String text) {
    return encoder.unknownWords(text);
  }

  @Override
  public void close() {}
}
