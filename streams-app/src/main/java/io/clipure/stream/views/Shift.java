package io.clipure.stream.views;

import java.util.Locale;

/**
 * Moves the picture; the pixels of an edge are repeated where it moved away from that edge. Linear
 * and without rounding, so the adjoint is exact.
 *
 * @param dx pixels to the right, negative to the left
 * @param dy pixels down, negative up
 */
public record Shift(int dx, int dy) implements View {
  @Override
  public String id() {
    return String.format(Locale.ROOT, "shift(%+d,%+d)", dx, dy);
  }

  @Override
  public byte[] apply(byte[] pixels, int size) {
    Pixels.check(pixels.length, size);
    byte[] moved = new byte[pixels.length];
    for (int y = 0; y < size; y++) {
      int from = Pixels.clamp(y - dy, size) * size;
      for (int x = 0; x < size; x++) {
        int source = (from + Pixels.clamp(x - dx, size)) * 3;
        int target = (y * size + x) * 3;
        moved[target] = pixels[source];
        moved[target + 1] = pixels[source + 1];
        moved[target + 2] = pixels[source + 2];
      }
    }
    return moved;
  }

  @Override
  public float[] apply(float[] pixels, int size) {
    Pixels.check(pixels.length, size);
    float[] moved = new float[pixels.length];
    for (int y = 0; y < size; y++) {
      int from = Pixels.clamp(y - dy, size) * size;
      for (int x = 0; x < size; x++) {
        int source = (from + Pixels.clamp(x - dx, size)) * 3;
        System.arraycopy(pixels, source, moved, (y * size + x) * 3, 3);
      }
    }
    return moved;
  }

  @Override
  public float[] adjoint(float[] gradient, int size) {
    Pixels.check(gradient.length, size);
    float[] back = new float[gradient.length];
    for (int y = 0; y < size; y++) {
      int from = Pixels.clamp(y - dy, size) * size;
      for (int x = 0; x < size; x++) {
        int source = (from + Pixels.clamp(x - dx, size)) * 3;
        int target = (y * size + x) * 3;
        back[source] += gradient[target];
        back[source + 1] += gradient[target + 1];
        back[source + 2] += gradient[target + 2];
      }
    }
    return back;
  }
}
