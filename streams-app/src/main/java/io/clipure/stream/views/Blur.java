package io.clipure.stream.views;

/**
 * The 3 × 3 binomial filter [1 2 1]ᵀ[1 2 1] / 16; edge pixels are repeated. On bytes the exact sum
 * is rounded, halves up.
 */
public record Blur() implements View {
  @Override
  public String id() {
    return "blur";
  }

  @Override
  public byte[] apply(byte[] pixels, int size) {
    Pixels.check(pixels.length, size);
    return taps(size).apply(pixels);
  }

  @Override
  public float[] apply(float[] pixels, int size) {
    Pixels.check(pixels.length, size);
    return taps(size).apply(pixels);
  }

  @Override
  public float[] adjoint(float[] gradient, int size) {
    Pixels.check(gradient.length, size);
    return taps(size).adjoint(gradient);
  }

  private static Taps taps(int size) {
    int[][] indices = new int[size][];
    int[][] weights = new int[size][];
    for (int i = 0; i < size; i++) {
      indices[i] = new int[] {Pixels.clamp(i - 1, size), i, Pixels.clamp(i + 1, size)};
      weights[i] = new int[] {1, 2, 1};
    }
    return new Taps(indices, weights, 4);
  }
}
