package io.clipure.stream.redteam.target;

import io.clipure.stream.clip.ImageGradient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Hands rows to the encoder in batches of bounded size and counts them. */
final class Batches {
  private Batches() {}

  static List<float[]> encode(ImageGradient encoder, List<float[]> pixels, int batch, Meter meter) {
    List<float[]> embeddings = new ArrayList<>(pixels.size());
    for (int from = 0; from < pixels.size(); from += batch) {
      int to = Math.min(pixels.size(), from + batch);
      Collections.addAll(embeddings, encoder.encode(pixels.subList(from, to)));
    }
    meter.addForwards(pixels.size());
    return embeddings;
  }

  /** Gradients of ⟨embedding, cotangent⟩ with respect to pixels. */
  static List<float[]> vjp(
      ImageGradient encoder,
      List<float[]> pixels,
      List<float[]> cotangents,
      int batch,
      Meter meter) {
    List<float[]> gradients = new ArrayList<>(pixels.size());
    for (int from = 0; from < pixels.size(); from += batch) {
      int to = Math.min(pixels.size(), from + batch);
      Collections.addAll(
          gradients, encoder.vjp(pixels.subList(from, to), cotangents.subList(from, to)));
    }
    meter.addGradients(pixels.size());
    return gradients;
  }

  static List<float[]> toFloats(List<byte[]> images) {
    List<float[]> result = new ArrayList<>(images.size());
    for (byte[] image : images) {
      float[] pixels = new float[image.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = image[i] & 0xFF;
      }
      result.add(pixels);
    }
    return result;
  }

  /** Rounded to the nearest integer, as attacks round. */
  static byte[] toBytes(float[] pixels) {
    byte[] image = new byte[pixels.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) Math.max(0, Math.min(255, Math.round(pixels[i])));
    }
    return image;
  }
}
