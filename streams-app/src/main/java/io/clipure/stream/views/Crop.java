package io.clipure.stream.views;

/**
 * Cuts the same margin off every side and enlarges what is left to the old size, bilinear between
 * pixel centres. On bytes the exact sum is rounded, halves up.
 *
 * @param margin pixels cut off each side, at least 1; less than half of the picture
 */
public record Crop(int margin) implements View {
  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Crop {
    if (margin < 1) {
      throw new IllegalArgumentException("margin is " + margin + ", expected at least 1");
    }
  }

  @Override
  public String id() {
    return "crop(" + margin + ")";
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

  /** Positions are counted in 1 / (2 · size) of a pixel, in which all of them are whole. */
  private Taps taps(int size) {
    int inner = size - 2 * margin;
    if (inner < 1) {
      throw new IllegalArgumentException(
          "a margin of " + margin + " leaves nothing of " + size + " pixels");
    }
    int unit = 2 * size;
    int[][] indices = new int[size][];
    int[][] weights = new int[size][];
    for (int i = 0; i < size; i++) {
      int position = (2 * i + 1) * inner - size;
      int before = Math.floorDiv(position, unit);
      int after = position - before * unit;
      indices[i] =
          new int[] {
            margin + Pixels.clamp(before, inner), margin + Pixels.clamp(before + 1, inner)
          };
      weights[i] = new int[] {unit - after, after};
    }
    return new Taps(indices, weights, unit);
  }
}
