package io.clipure.stream.clip;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;

/**
 * The bundle's image graph on DJL's ONNX Runtime engine.
 *
 * <p><b>Threading</b>: not thread-safe; each device worker owns one. Any number may exist in a
 * process, on the same or on different devices.
 *
 * <p><b>Memory</b>: pixels go into one direct buffer that is kept and grows to the largest batch
 * seen ({@code batch · size · size · 3} bytes); the engine reads it in place. The only arrays made
 * are those of the output.
 *
 * <p><b>Batch-mates</b>: on the processor an embedding has the same bits whatever the batch it came
 * in, because no batch has fewer than {@value OnnxGraph#LEAST_ROWS} rows (see there). On a GPU it
 * has so with {@link EncoderOptions#fixedRows}: measured on an H100, scores moved by up to 1.3e-7
 * with the batch without it, by nothing with it. Thread count and optimisation must be the same to
 * compare bits.
 */
public final class DjlImageEncoder implements ImageEncoder {
  private final ComputeDevice device;
  private final int size;
  private final int dimension;
  private final int bytesPerImage;
  private final OnnxGraph graph;
  private final int fixedRows;
  private ByteBuffer pixelBuffer;
  private boolean closed;

  private DjlImageEncoder(
      ComputeDevice device,
      BundleManifest manifest,
      OnnxGraph graph,
      int bytesPerImage,
      int fixedRows) {
    this.device = device;
    this.size = manifest.image().size();
    this.dimension = manifest.embeddingDim();
    this.bytesPerImage = bytesPerImage;
    this.graph = graph;
    this.fixedRows = fixedRows;
    this.pixelBuffer = NativeBuffers.allocate(OnnxGraph.LEAST_ROWS * bytesPerImage);
  }

  static DjlImageEncoder open(ModelBundle bundle, ComputeDevice device, EncoderOptions options) {
    BundleManifest manifest = bundle.manifest();
    int size = manifest.image().size();
    OnnxGraph.Spec spec =
        OnnxGraph.Spec.encoder(
            bundle.place(),
            bundle.file(manifest.image().file()),
            new OnnxGraph.Input(manifest.image().input(), DataType.UINT8, new Shape(size, size, 3)),
            manifest.image().output(),
            manifest.embeddingDim());
    return new DjlImageEncoder(
        device,
        manifest,
        OnnxGraph.open(spec, device, options),
        size * size * 3,
        options.fixedRows());
  }

  @Override
  public String device() {
    return device.toString();
  }

  @Override
  public int imageSize() {
    return size;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /**
   * {@inheritDoc}
   *
   * @throws EncoderException if the engine fails or an embedding holds NaN or infinity
   */
  @Override
  public float[][] encode(List<byte[]> pixels) {
    if (closed) {
      throw new IllegalStateException("image encoder on " + device + " is closed");
    }
    float[][] embeddings = new float[pixels.size()][];
    for (int from = 0; from < embeddings.length; ) {
      int most = fixedRows == 0 ? embeddings.length : fixedRows;
      List<byte[]> call = pixels.subList(from, Math.min(embeddings.length, from + most));
      float[][] rows = encodeOnce(call);
      System.arraycopy(rows, 0, embeddings, from, rows.length);
      from += rows.length;
    }
    requireFinite(embeddings);
    return embeddings;
  }

  private float[][] encodeOnce(List<byte[]> pixels) {
    int rows = Math.max(OnnxGraph.LEAST_ROWS, Math.max(pixels.size(), fixedRows));
    ByteBuffer buffer = buffer(rows);
    for (byte[] image : pixels) {
      if (image.length != bytesPerImage) {
        throw new IllegalArgumentException(
            "pixels of one image: seen " + image.length + " bytes, expected " + bytesPerImage);
      }
      buffer.put(image);
    }
    while (buffer.hasRemaining()) {
      buffer.put(pixels.get(0));
    }
    try {
      return graph.run(List.of(buffer.flip()), rows, pixels.size());
    } catch (RuntimeException e) {
      throw new EncoderException(
          "device " + device + " failed on " + pixels.size() + " images: " + OneLine.of(e), e);
    }
  }

  /**
   * Runs batches of 1, 2, 4, … and {@code maxBatch} blank images, so that the first real batch
   * finds memory arenas, kernels and this encoder's buffer ready.
   *
   * @param maxBatch the largest batch to come
   * @throws EncoderException if the engine fails, such as for want of device memory
   */
  public void warmUp(int maxBatch) {
    byte[] blank = new byte[bytesPerImage];
    for (int batch = 1; batch < maxBatch; batch *= 2) {
      encode(Collections.nCopies(batch, blank));
    }
    encode(Collections.nCopies(maxBatch, blank));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      graph.close();
    }
  }

  private ByteBuffer buffer(int rows) {
    int needed = Math.multiplyExact(rows, bytesPerImage);
    if (pixelBuffer.capacity() < needed) {
      pixelBuffer = NativeBuffers.allocate(needed);
    }
    return pixelBuffer.clear().limit(needed);
  }

  private void requireFinite(float[][] embeddings) {
    for (int i = 0; i < embeddings.length; i++) {
      if (!OnnxGraph.isFinite(embeddings[i])) {
        throw new EncoderException(
            "device "
                + device
                + ": embedding "
                + i
                + " of "
                + embeddings.length
                + " holds NaN or infinity; the graph overflows or the device is faulty",
            null);
      }
    }
  }
}
