package io.clipure.stream.views;

/**
 * A linear map that works on rows and columns alike: output coordinate i is the sum of {@code
 * weights[i][k]} × input coordinate {@code indices[i][k]}, divided by {@code divisor}, along both
 * axes. Weights are whole numbers, so that 8-bit pixels are rounded once, exactly.
 *
 * @param indices {@code [size][taps]} input coordinates
 * @param weights {@code [size][taps]}, each row adding up to {@code divisor}
 * @param divisor along one axis
 */
record Taps(int[][] indices, int[][] weights, int divisor) {

  byte[] apply(byte[] pixels) {
    int size = indices.length;
    long[] rows = new long[pixels.length];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int k = 0; k < indices[x].length; k++) {
          int source = (y * size + indices[x][k]) * 3;
          for (int c = 0; c < 3; c++) {
            rows[(y * size + x) * 3 + c] += (long) weights[x][k] * (pixels[source + c] & 0xFF);
          }
        }
      }
    }
    long whole = (long) divisor * divisor;
    byte[] result = new byte[pixels.length];
    int stride = size * 3;
    for (int y = 0; y < size; y++) {
      for (int i = 0; i < stride; i++) {
        long sum = 0;
        for (int k = 0; k < indices[y].length; k++) {
          sum += weights[y][k] * rows[indices[y][k] * stride + i];
        }
        result[y * stride + i] = (byte) ((sum + whole / 2) / whole);
      }
    }
    return result;
  }

  float[] apply(float[] pixels) {
    int size = indices.length;
    int stride = size * 3;
    double[] rows = new double[pixels.length];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int k = 0; k < indices[x].length; k++) {
          int source = (y * size + indices[x][k]) * 3;
          for (int c = 0; c < 3; c++) {
            rows[(y * size + x) * 3 + c] += weights[x][k] * (double) pixels[source + c];
          }
        }
      }
    }
    double whole = (double) divisor * divisor;
    float[] result = new float[pixels.length];
    for (int y = 0; y < size; y++) {
      for (int i = 0; i < stride; i++) {
        double sum = 0;
        for (int k = 0; k < indices[y].length; k++) {
          sum += weights[y][k] * rows[indices[y][k] * stride + i];
        }
        result[y * stride + i] = (float) (sum / whole);
      }
    }
    return result;
  }

  float[] adjoint(float[] gradient) {
    int size = indices.length;
    int stride = size * 3;
    double[] rows = new double[gradient.length];
    for (int y = 0; y < size; y++) {
      for (int i = 0; i < stride; i++) {
        for (int k = 0; k < indices[y].length; k++) {
          rows[indices[y][k] * stride + i] += weights[y][k] * (double) gradient[y * stride + i];
        }
      }
    }
    double[] sums = new double[gradient.length];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int k = 0; k < indices[x].length; k++) {
          int target = (y * size + indices[x][k]) * 3;
          for (int c = 0; c < 3; c++) {
            sums[target + c] += weights[x][k] * rows[(y * size + x) * 3 + c];
          }
        }
      }
    }
    double whole = (double) divisor * divisor;
    float[] result = new float[gradient.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (sums[i] / whole);
    }
    return result;
  }
}
