package io.clipure.stream.views;

/**
 * One transformation of an encoder's square input. Immutable, pure, and the same to the bit on
 * every machine. Pixels are {@code [size, size, 3]} RGB, row-major.
 */
public interface View {
  /** What it does, for people and provenance, for example {@code shift(+2,-1)}. */
  String id();

  /** Transforms 8-bit pixels into a new array. */
  byte[] apply(byte[] pixels, int size);

  /** The same on real-valued pixels in the scale 0..255, without rounding where the view can. */
  float[] apply(float[] pixels, int size);

  /**
   * Back-propagates through {@link #apply(float[], int)}: the adjoint where the view is linear, the
   * straight-through estimate where it rounds.
   *
   * @param gradient ∂loss/∂(transformed pixels)
   * @return ∂loss/∂pixels
   */
  float[] adjoint(float[] gradient, int size);
}
