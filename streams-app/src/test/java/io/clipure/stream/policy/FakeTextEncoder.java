package io.clipure.stream.policy;

import io.clipure.stream.clip.TextEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Gives every text a fixed pseudo-random direction and a length other than 1; knows every word but
 * those it is told not to. Records what it was asked.
 */
final class FakeTextEncoder implements TextEncoder {
  final List<List<String>> calls = new ArrayList<>();
  private final int dimension;
  private final Set<String> unknown;

  FakeTextEncoder(int dimension, String... unknown) {
    this.dimension = dimension;
    this.unknown = Set.of(unknown);
  }

  /** The embedding of one text. */
  float[] embedding(String text) {
    Random random = new Random(text.hashCode() * 31L + 7);
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) (3 * random.nextGaussian());
    }
    return vector;
  }

  @Override
  public float[][] encode(List<String> texts) {
    calls.add(texts);
    return texts.stream().map(this::embedding).toArray(float[][]::new);
  }

  @Override
  public List<String> unknownWords(String text) {
    return Arrays.stream(text.split("[ .]+")).filter(unknown::contains).toList();
  }

  @Override
  public void close() {}
}
