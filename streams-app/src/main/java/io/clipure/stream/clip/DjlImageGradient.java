package io.clipure.stream.clip;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The bundle's gradient graphs on DJL's ONNX Runtime engine.
 *
 * <p><b>Threading</b>: not thread-safe; whoever opened it owns and closes it.
 *
 * <p><b>Memory</b>: pixels and cotangents go into two direct buffers that are kept and grow to the
 * largest batch seen; the engine reads them in place. The only arrays made are those of the output.
 * The engine keeps a batch's activations from the forward to the backward half: the caller chooses
 * batches that fit.
 */
public final class DjlImageGradient implements ImageGradient {
  private static final float[][] NONE = new float[0][];

  private final ComputeDevice device;
  private final int size;
  private final int dimension;
  private final OnnxGraph forward;
  private final OnnxGraph vjp;
  private final FloatRows pixelRows;
  private final FloatRows cotangentRows;
  private boolean closed;

  private DjlImageGradient(
      ComputeDevice device, BundleManifest manifest, OnnxGraph forward, OnnxGraph vjp) {
    this.device = device;
    this.size = manifest.image().size();
    this.dimension = manifest.embeddingDim();
    this.forward = forward;
    this.vjp = vjp;
    this.pixelRows = new FloatRows("pixels of one image", size * size * 3);
    this.cotangentRows = new FloatRows("cotangent of one image", dimension);
  }

  static DjlImageGradient open(ModelBundle bundle, ComputeDevice device, EncoderOptions options) {
    BundleManifest manifest = bundle.manifest();
    BundleManifest.Gradient gradient = manifest.gradient();
    if (gradient == null) {
      throw new BundleException(
          "bundle "
              + bundle.place()
              + ": seen no gradient of the image encoder in manifest.json, expected the section"
              + " \"gradient\"; add it with streams-app/models/gradient.py --bundle "
              + bundle.place());
    }
    int size = manifest.image().size();
    Shape image = new Shape(size, size, 3);
    Shape embedding = new Shape(manifest.embeddingDim());
    OnnxGraph.Input pixels = new OnnxGraph.Input(gradient.input(), DataType.FLOAT32, image);
    OnnxGraph.Spec forwardSpec =
        OnnxGraph.Spec.encoder(
            bundle.place(),
            bundle.file(gradient.forward()),
            pixels,
            gradient.output(),
            manifest.embeddingDim());
    OnnxGraph.Spec vjpSpec =
        new OnnxGraph.Spec(
            bundle.place(),
            bundle.file(gradient.vjp()),
            List.of(pixels, new OnnxGraph.Input(gradient.cotangent(), DataType.FLOAT32, embedding)),
            gradient.gradient(),
            image,
            "image.size " + size);
    OnnxGraph forward = OnnxGraph.open(forwardSpec, device, options);
    try {
      return new DjlImageGradient(
          device, manifest, forward, OnnxGraph.open(vjpSpec, device, options));
    } catch (RuntimeException e) {
      forward.close();
      throw e;
    }
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
   * @throws IllegalArgumentException if an image has another size
   */
  @Override
  public float[][] encode(List<float[]> pixels) {
    requireOpen();
    if (pixels.isEmpty()) {
      return NONE;
    }
    int rows = Math.max(pixels.size(), OnnxGraph.LEAST_ROWS);
    FloatBuffer images = pixelRows.fill(pixels, rows);
    return run(forward, List.of(images), rows, pixels.size(), "embedding");
  }

  /**
   * {@inheritDoc}
   *
   * @throws EncoderException if the engine fails or a gradient holds NaN or infinity
   * @throws IllegalArgumentException if an image or a cotangent has another size, or their numbers
   *     differ
   */
  @Override
  public float[][] vjp(List<float[]> pixels, List<float[]> cotangents) {
    requireOpen();
    if (pixels.size() != cotangents.size()) {
      throw new IllegalArgumentException(
          "cotangents: seen "
              + cotangents.size()
              + ", expected one for each of "
              + pixels.size()
              + " images");
    }
    if (pixels.isEmpty()) {
      return NONE;
    }
    int rows = Math.max(pixels.size(), OnnxGraph.LEAST_ROWS);
    FloatBuffer images = pixelRows.fill(pixels, rows);
    FloatBuffer vectors = cotangentRows.fill(cotangents, rows);
    return run(vjp, List.of(images, vectors), rows, pixels.size(), "gradient");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      forward.close();
      vjp.close();
    }
  }

  private float[][] run(
      OnnxGraph graph, List<FloatBuffer> inputs, int rows, int wanted, String what) {
    float[][] result;
    try {
      result = graph.run(inputs, rows, wanted);
    } catch (RuntimeException e) {
      throw new EncoderException(
          "device "
              + device
              + " failed on the "
              + what
              + "s of "
              + wanted
              + " images: "
              + OneLine.of(e),
          e);
    }
    for (int i = 0; i < result.length; i++) {
      if (!OnnxGraph.isFinite(result[i])) {
        throw new EncoderException(
            "device "
                + device
                + ": "
                + what
                + " "
                + i
                + " of "
                + result.length
                + " holds NaN or infinity; a pixel or cotangent does, the graph overflows, or the"
                + " device is faulty",
            null);
      }
    }
    return result;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("image gradient on " + device + " is closed");
    }
  }
}
