package io.clipure.stream.views;

/**
 * What JPEG compression does to a picture, without the file: YCbCr (JFIF), 8 × 8 DCT, coefficients
 * rounded to multiples of the standard's example tables (ITU-T T.81, annex K) scaled to a quality
 * as libjpeg scales them, and back, clamped to 0..255. Chroma is not subsampled. Sides that are no
 * multiple of 8 are padded with their edge pixels. Codecs differ between JDKs; this does not.
 *
 * <p>The adjoint is the straight-through estimate (rounding and clamping count as identity; Athalye
 * et al. 2018, BPDA). The other steps undo each other, so it is the gradient itself.
 *
 * @param quality 1 to 100, as libjpeg counts
 */
public record DctQuantisation(int quality) implements View {
  private static final int[] LUMA = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
  };
  private static final int[] CHROMA = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
  };

  /** Row u, column x of the orthonormal DCT-II. */
  private static final double[] BASIS = basis();

  /**
   * Checks the quality.
   *
   * @throws IllegalArgumentException if it is not 1 to 100
   */
  public DctQuantisation {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality is " + quality + ", expected 1 to 100");
    }
  }

  @Override
  public String id() {
    return "dct(" + quality + ")";
  }

  @Override
  public byte[] apply(byte[] pixels, int size) {
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xFF;
    }
    float[] quantised = apply(values, size);
    byte[] result = new byte[pixels.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = Pixels.round(quantised[i]);
    }
    return result;
  }

  @Override
  public float[] apply(float[] pixels, int size) {
    Pixels.check(pixels.length, size);
    int[] luma = table(LUMA);
    int[] chroma = table(CHROMA);
    float[] result = new float[pixels.length];
    double[][] planes = new double[3][64];
    double[] scratch = new double[64];
    for (int top = 0; top < size; top += 8) {
      for (int left = 0; left < size; left += 8) {
        read(pixels, size, top, left, planes);
        quantise(planes[0], luma, scratch);
        quantise(planes[1], chroma, scratch);
        quantise(planes[2], chroma, scratch);
        write(planes, result, size, top, left);
      }
    }
    return result;
  }

  @Override
  public float[] adjoint(float[] gradient, int size) {
    Pixels.check(gradient.length, size);
    return gradient.clone();
  }

  private static void read(float[] pixels, int size, int top, int left, double[][] planes) {
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        int at = (Pixels.clamp(top + y, size) * size + Pixels.clamp(left + x, size)) * 3;
        double r = pixels[at];
        double g = pixels[at + 1];
        double b = pixels[at + 2];
        double luminance = 0.299 * r + 0.587 * g + 0.114 * b;
        planes[0][y * 8 + x] = luminance - 128;
        planes[1][y * 8 + x] = (b - luminance) / 1.772;
        planes[2][y * 8 + x] = (r - luminance) / 1.402;
      }
    }
  }

  private static void write(double[][] planes, float[] result, int size, int top, int left) {
    for (int y = 0; y < Math.min(8, size - top); y++) {
      for (int x = 0; x < Math.min(8, size - left); x++) {
        int at = ((top + y) * size + left + x) * 3;
        double luminance = planes[0][y * 8 + x] + 128;
        double r = luminance + 1.402 * planes[2][y * 8 + x];
        double b = luminance + 1.772 * planes[1][y * 8 + x];
        result[at] = clamp(r);
        result[at + 1] = clamp((luminance - 0.299 * r - 0.114 * b) / 0.587);
        result[at + 2] = clamp(b);
      }
    }
  }

  private static float clamp(double value) {
    return (float) Math.max(0, Math.min(255, value));
  }

  /** Transforms a block, rounds its coefficients to multiples of the steps, transforms it back. */
  private static void quantise(double[] block, int[] steps, double[] scratch) {
    product(BASIS, false, block, scratch);
    for (int i = 0; i < 64; i++) {
      block[i] = Math.rint(block[i] / steps[i]) * steps[i];
    }
    product(BASIS, true, block, scratch);
  }

  /** block ← M · block · Mᵀ, where M is the basis or its transpose. */
  private static void product(double[] basis, boolean transposed, double[] block, double[] rows) {
    int row = transposed ? 1 : 8;
    int column = transposed ? 8 : 1;
    for (int u = 0; u < 8; u++) {
      for (int x = 0; x < 8; x++) {
        double sum = 0;
        for (int y = 0; y < 8; y++) {
          sum += basis[u * row + y * column] * block[y * 8 + x];
        }
        rows[u * 8 + x] = sum;
      }
    }
    for (int u = 0; u < 8; u++) {
      for (int v = 0; v < 8; v++) {
        double sum = 0;
        for (int x = 0; x < 8; x++) {
          sum += rows[u * 8 + x] * basis[v * row + x * column];
        }
        block[u * 8 + v] = sum;
      }
    }
  }

  private int[] table(int[] standard) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] scaled = new int[64];
    for (int i = 0; i < 64; i++) {
      scaled[i] = Math.max(1, Math.min(255, (standard[i] * percent + 50) / 100));
    }
    return scaled;
  }

  private static double[] basis() {
    double[] basis = new double[64];
    for (int u = 0; u < 8; u++) {
      double norm = StrictMath.sqrt(u == 0 ? 1 / 8.0 : 2 / 8.0);
      for (int x = 0; x < 8; x++) {
        basis[u * 8 + x] = norm * StrictMath.cos((2 * x + 1) * u * Math.PI / 16);
      }
    }
    return basis;
  }
}
