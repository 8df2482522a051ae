package io.clipure.stream.clip;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The content of a bundle's {@code manifest.json}, format {@value #FORMAT}, checked field by field.
 *
 * @param name name of the bundle
 * @param architecture the networks in words
 * @param license SPDX id or name of the weights' licence
 * @param provenance where data and weights come from
 * @param embeddingDim embedding width
 * @param logitScale multiplier of the cosine before softmax, already exponentiated
 * @param image the image graph
 * @param text the text graph
 * @param tokenizer the tokenizer
 * @param vocabulary lower-case words the text encoder was trained on; null: open vocabulary
 * @param templates prompt templates, each with exactly one {@code {}}
 * @param blankAnchor unit vector {@code [embeddingDim]}
 * @param calibration thresholds measured for this bundle; null: uncalibrated
 * @param calibrationNote how they were measured; null: not said
 * @param precision arithmetic of the graphs, fp32 or fp16; fp32 where the manifest does not say
 * @param evaluation free-form figures, name to text, in file order
 * @param gradient the image tower's gradient, for measurements; null: the bundle has none
 * @param files every file of the bundle by relative name
 */
public record BundleManifest(
    String name,
    String architecture,
    String license,
    String provenance,
    int embeddingDim,
    double logitScale,
    Image image,
    Text text,
    Tokenizer tokenizer,
    Set<String> vocabulary,
    List<String> templates,
    float[] blankAnchor,
    ModelInfo.Calibration calibration,
    String calibrationNote,
    String precision,
    Map<String, String> evaluation,
    Gradient gradient,
    Map<String, FileEntry> files) {

  /** The format this version of the service reads. */
  public static final String FORMAT = "clipure-bundle/1";

  /**
   * The image graph: uint8 {@code [batch, size, size, 3]} to float32 {@code [batch, dim]}.
   *
   * @param file relative name of the ONNX file
   * @param input name of the graph's input
   * @param output name of the graph's output
   * @param size side of the square input, pixels
   * @param mean per channel, informative: applied inside the graph
   * @param std per channel, informative: applied inside the graph
   * @param resize how pixels are resized before
   * @param crop how they are cropped after
   */
  public record Image(
      String file,
      String input,
      String output,
      int size,
      List<Double> mean,
      List<Double> std,
      String resize,
      String crop) {}

  /**
   * The text graph: int64 {@code [batch, contextLength]} to float32 {@code [batch, dim]}.
   *
   * @param file relative name of the ONNX file
   * @param input name of the graph's input
   * @param output name of the graph's output
   * @param contextLength tokens a text is padded or cut to
   */
  public record Text(String file, String input, String output, int contextLength) {}

  /**
   * The tokenizer.
   *
   * @param file relative name of the Hugging Face {@code tokenizer.json}
   * @param padId id that fills up to the context length
   */
  public record Tokenizer(String file, int padId) {}

  /**
   * The image tower on real-valued pixels, float32 {@code [batch, size, size, 3]} in the uint8
   * scale, and its vector–Jacobian product.
   *
   * @param forward relative name of the ONNX file from pixels to embeddings
   * @param vjp relative name of the ONNX file from pixels and cotangents to gradients
   * @param input name of both graphs' pixels
   * @param output name of the forward graph's output, {@code [batch, dim]}
   * @param cotangent name of the second input of {@code vjp}, {@code [batch, dim]}
   * @param gradient name of its output, {@code [batch, size, size, 3]}
   */
  public record Gradient(
      String forward, String vjp, String input, String output, String cotangent, String gradient) {}

  /**
   * What a file must be.
   *
   * @param sha256 SHA-256, lower-case hex
   * @param bytes length
   */
  public record FileEntry(String sha256, long bytes) {}
}
