package io.clipure.stream.clip;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The bundle's tokenizer and text graph on DJL.
 *
 * <p><b>Threading</b>: thread-safe without locks; every call has its own buffers and memory scope.
 * Close only when no call is in flight.
 */
public final class DjlTextEncoder implements TextEncoder {
  /** Texts for each call of the engine: bounds memory for label sets of thousands of prompts. */
  private static final int MAX_BATCH = 64;

  private final ComputeDevice device;
  private final ClipTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final OnnxGraph graph;

  private DjlTextEncoder(
      ComputeDevice device, ClipTokenizer tokenizer, Vocabulary vocabulary, OnnxGraph graph) {
    this.device = device;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.graph = graph;
  }

  static DjlTextEncoder open(ModelBundle bundle, ComputeDevice device, EncoderOptions options) {
    BundleManifest manifest = bundle.manifest();
    OnnxGraph.Spec spec =
        OnnxGraph.Spec.encoder(
            bundle.place(),
            bundle.file(manifest.text().file()),
            new OnnxGraph.Input(
                manifest.text().input(),
                DataType.INT64,
                new Shape(manifest.text().contextLength())),
            manifest.text().output(),
            manifest.embeddingDim());
    ClipTokenizer tokenizer = bundle.openTokenizer();
    try {
      return new DjlTextEncoder(
          device,
          tokenizer,
          new Vocabulary(manifest.vocabulary()),
          OnnxGraph.open(spec, device, options));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws EncoderException if the engine fails or an embedding holds NaN or infinity
   */
  @Override
  public float[][] encode(List<String> texts) {
    float[][] embeddings = new float[texts.size()][];
    for (int from = 0; from < texts.size(); from += MAX_BATCH) {
      List<String> batch = texts.subList(from, Math.min(texts.size(), from + MAX_BATCH));
      System.arraycopy(encodeBatch(batch), 0, embeddings, from, batch.size());
    }
    return embeddings;
  }

  @Override
  public List<String> unknownWords(String text) {
    return vocabulary.unknown(text);
  }

  @Override
  public void close() {
    graph.close();
    tokenizer.close();
  }

  private float[][] encodeBatch(List<String> texts) {
    int rows = Math.max(texts.size(), OnnxGraph.LEAST_ROWS);
    ByteBuffer tokens = NativeBuffers.allocate(rows * tokenizer.contextLength() * Long.BYTES);
    for (int row = 0; row < rows; row++) {
      // Rows beyond the texts repeat the first: any text would do.
      for (long id : tokenizer.encode(texts.get(row < texts.size() ? row : 0))) {
        tokens.putLong(id);
      }
    }
    float[][] embeddings;
    try {
      embeddings = graph.run(List.of(tokens.flip().asLongBuffer()), rows, texts.size());
    } catch (RuntimeException e) {
      throw new EncoderException(
          "device " + device + " failed on " + texts.size() + " texts: " + OneLine.of(e), e);
    }
    for (int i = 0; i < embeddings.length; i++) {
      if (!OnnxGraph.isFinite(embeddings[i])) {
        throw new EncoderException(
            "device "
                + device
                + ": the embedding of \""
                + OneLine.of(texts.get(i))
                + "\" holds NaN or infinity; the text graph overflows",
            null);
      }
    }
    return embeddings;
  }
}
