package io.clipure.stream.redteam.target;

import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageGradient;
import java.util.List;
import java.util.SplittableRandom;

/** embedding = tanh(A · (pixels / 255 − 0.5)): smooth, and differentiated by hand. */
final class TinyEncoder {
  private final int size;
  private final double[][] matrix;

  TinyEncoder(int size, int dimension, long seed) {
    this.size = size;
    SplittableRandom random = new SplittableRandom(seed);
    matrix = new double[dimension][size * size * 3];
    for (double[] row : matrix) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextDouble(-0.3, 0.3);
      }
    }
  }

  private float[] embed(float[] pixels) {
    float[] embedding = new float[matrix.length];
    for (int d = 0; d < embedding.length; d++) {
      double sum = 0;
      for (int i = 0; i < pixels.length; i++) {
        sum += matrix[d][i] * (pixels[i] / 255.0 - 0.5);
      }
      embedding[d] = (float) Math.tanh(sum);
    }
    return embedding;
  }

  private float[] pullBack(float[] pixels, float[] cotangent) {
    float[] embedding = embed(pixels);
    double[] sum = new double[pixels.length];
    for (int d = 0; d < matrix.length; d++) {
      double back = cotangent[d] * (1 - embedding[d] * embedding[d]) / 255;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += back * matrix[d][i];
      }
    }
    float[] gradient = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      gradient[i] = (float) sum[i];
    }
    return gradient;
  }

  ImageEncoder serving() {
    return new ImageEncoder() {
      @Override
      public String device() {
        return "test";
      }

      @Override
      public int imageSize() {
        return size;
      }

      @Override
      public int dimension() {
        return matrix.length;
      }

      @Override
      public float[][] encode(List<byte[]> pixels) {
        return Batches.toFloats(pixels).stream().map(x -> embed(x)).toArray(float[][]::new);
      }

      @Override
      public void close() {}
    };
  }

  ImageGradient gradient() {
    return new ImageGradient() {
      @Override
      public String device() {
        return "test";
      }

      @Override
      public int imageSize() {
        return size;
      }

      @Override
      public int dimension() {
        return matrix.length;
      }

      @Override
      public float[][] encode(List<float[]> pixels) {
        return pixels.stream().map(x -> embed(x)).toArray(float[][]::new);
      }

      @Override
      public float[][] vjp(List<float[]> pixels, List<float[]> cotangents) {
        float[][] result = new float[pixels.size()][];
        for (int i = 0; i < result.length; i++) {
          result[i] = pullBack(pixels.get(i), cotangents.get(i));
        }
        return result;
      }

      @Override
      public void close() {}
    };
  }
}
