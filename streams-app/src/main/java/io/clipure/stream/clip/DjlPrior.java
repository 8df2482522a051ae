package io.clipure.stream.clip;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The bundle's diffusion prior on DJL's ONNX Runtime engine, conditioned on the blank prompt.
 *
 * <p><b>Threading</b>: not thread-safe; each device worker owns one.
 *
 * <p><b>Memory</b>: inputs go into direct buffers that are kept and grow to the largest batch seen;
 * the engine reads them in place.
 *
 * <p><b>Batch-mates</b>: as for {@link DjlImageEncoder}, on the processor a row has the same bits
 * whatever the batch it came in.
 */
public final class DjlPrior implements AutoCloseable {
  private static final float[][] NONE = new float[0][];

  private final ComputeDevice device;
  private final BundleManifest.Prior prior;
  private final OnnxGraph forward;
  private final OnnxGraph vjp;
  private final FloatRows noisedRows;
  private final FloatRows cotangentRows;
  private LongBuffer timestepRows;
  private boolean closed;

  private DjlPrior(
      ComputeDevice device,
      BundleManifest.Prior prior,
      int dimension,
      OnnxGraph forward,
      OnnxGraph vjp) {
    this.device = device;
    this.prior = prior;
    this.forward = forward;
    this.vjp = vjp;
    this.noisedRows = new FloatRows("noised embedding", dimension);
    this.cotangentRows = new FloatRows("cotangent of one embedding", dimension);
    this.timestepRows = timesteps(OnnxGraph.LEAST_ROWS);
  }

  static DjlPrior open(
      String place,
      Path directory,
      BundleManifest.Prior prior,
      int dimension,
      ComputeDevice device,
      EncoderOptions options) {
    Shape row = new Shape(dimension);
    String meaning = "embedding_dim " + dimension;
    OnnxGraph.Input noised = new OnnxGraph.Input(prior.input(), DataType.FLOAT32, row);
    OnnxGraph.Input timestep = new OnnxGraph.Input(prior.timestep(), DataType.INT64, new Shape());
    OnnxGraph.Input cotangent = new OnnxGraph.Input(prior.cotangent(), DataType.FLOAT32, row);
    OnnxGraph forward =
        OnnxGraph.open(
            new OnnxGraph.Spec(
                place,
                directory.resolve(prior.file()),
                List.of(noised, timestep),
                prior.output(),
                row,
                meaning),
            device,
            options);
    try {
      OnnxGraph vjp =
          OnnxGraph.open(
              new OnnxGraph.Spec(
                  place,
                  directory.resolve(prior.vjpFile()),
                  List.of(noised, timestep, cotangent),
                  prior.gradient(),
                  row,
                  meaning),
              device,
              options);
      return new DjlPrior(device, prior, dimension, forward, vjp);
    } catch (RuntimeException e) {
      forward.close();
      throw e;
    }
  }

  /** The device it runs on, as configured: {@code cpu}, {@code gpu:0}, … */
  public String device() {
    return device.toString();
  }

  /** Number of diffusion steps of the cosine schedule. */
  public int timesteps() {
    return prior.timesteps();
  }

  /** Length of a clean embedding as the prior knows it. */
  public double scale() {
    return prior.scale();
  }

  /**
   * Predicts clean embeddings.
   *
   * @param noised {@code [batch, dimension]}, scaled
   * @param timesteps {@code [batch]}, each 0 to {@link #timesteps()} − 1
   * @return {@code [batch, dimension]}, scaled
   * @throws EncoderException if the engine fails or a prediction holds NaN or infinity
   * @throws IllegalArgumentException if a row has another width, or numbers of rows differ
   */
  public float[][] predict(float[][] noised, long[] timesteps) {
    int rows = check(noised, timesteps);
    if (noised.length == 0) {
      return NONE;
    }
    return run(
        forward,
        List.of(noisedRows.fill(Arrays.asList(noised), rows), fill(timesteps, rows)),
        noised.length,
        "prediction");
  }

  /**
   * ∂⟨predict(x, t), v⟩/∂x of one batch.
   *
   * @param noised x, as in {@link #predict}
   * @param timesteps t, as in {@link #predict}
   * @param cotangents v, {@code [batch, dimension]}
   * @return {@code [batch, dimension]}
   * @throws EncoderException if the engine fails or a gradient holds NaN or infinity
   * @throws IllegalArgumentException if a row has another width, or numbers of rows differ
   */
  public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
    int rows = check(noised, timesteps);
    if (cotangents.length != noised.length) {
      throw new IllegalArgumentException(
          "cotangents: seen " + cotangents.length + ", expected " + noised.length);
    }
    if (noised.length == 0) {
      return NONE;
    }
    return run(
        vjp,
        List.of(
            noisedRows.fill(Arrays.asList(noised), rows),
            fill(timesteps, rows),
            cotangentRows.fill(Arrays.asList(cotangents), rows)),
        noised.length,
        "gradient");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      forward.close();
      vjp.close();
    }
  }

  private int check(float[][] noised, long[] timesteps) {
    if (closed) {
      throw new IllegalStateException("diffusion prior on " + device + " is closed");
    }
    if (timesteps.length != noised.length) {
      throw new IllegalArgumentException(
          "timesteps: seen " + timesteps.length + ", expected " + noised.length);
    }
    for (long timestep : timesteps) {
      if (timestep < 0 || timestep >= prior.timesteps()) {
        throw new IllegalArgumentException(
            "timestep is " + timestep + ", expected 0 to " + (prior.timesteps() - 1));
      }
    }
    return Math.max(noised.length, OnnxGraph.LEAST_ROWS);
  }

  private LongBuffer fill(long[] timesteps, int rows) {
    if (timestepRows.capacity() < rows) {
      timestepRows = timesteps(rows);
    }
    timestepRows.clear().put(timesteps);
    while (timestepRows.position() < rows) {
      timestepRows.put(timesteps[0]);
    }
    return timestepRows.flip();
  }

  private float[][] run(OnnxGraph graph, List<? extends Buffer> inputs, int wanted, String what) {
    float[][] result;
    try {
      result = graph.run(inputs, Math.max(wanted, OnnxGraph.LEAST_ROWS), wanted);
    } catch (RuntimeException e) {
      throw new EncoderException(
          "device "
              + device
              + " failed on the prior's "
              + what
              + "s of "
              + wanted
              + " embeddings: "
              + OneLine.of(e),
          e);
    }
    for (int i = 0; i < result.length; i++) {
      if (!OnnxGraph.isFinite(result[i])) {
        throw new EncoderException(
            "device "
                + device
                + ": the prior's "
                + what
                + " "
                + i
                + " of "
                + result.length
                + " holds NaN or infinity; the graph overflows or the device is faulty",
            null);
      }
    }
    return result;
  }

  private static LongBuffer timesteps(int rows) {
    return NativeBuffers.allocate(Math.multiplyExact(rows, Long.BYTES)).asLongBuffer();
  }
}
