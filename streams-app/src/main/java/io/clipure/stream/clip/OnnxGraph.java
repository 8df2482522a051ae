package io.clipure.stream.clip;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One ONNX graph with one input and one output {@code [batch, dimension]}, loaded on one device
 * through DJL, and checked against what the manifest says of it.
 *
 * <p><b>Threading</b>: {@link #run} may be called by several threads at once; each call has a
 * memory scope of its own. Close only when no call is in flight.
 *
 * <p><b>Memory</b>: every native tensor of a call belongs to that call's {@link NDManager} and is
 * freed when it returns; nothing is left to the garbage collector.
 */
final class OnnxGraph implements AutoCloseable {
  /**
   * Rows the engine is never called with fewer than. A single row takes matrix-times-vector kernels
   * that add up in another order, so an image alone and the same image in a batch would differ in
   * the last bits; from two rows on the processor's kernels give the same bits for every batch
   * size.
   */
  static final int LEAST_ROWS = 2;

  private static final float[][] NONE = new float[0][];

  private final Spec spec;
  private final Model model;
  private final ParameterStore parameters;

  /**
   * What a graph must be.
   *
   * @param bundle where the bundle lies, for messages
   * @param path the ONNX file
   * @param input name of the input
   * @param inputType element type of the input
   * @param row shape of one row of the input
   * @param output name of the output
   * @param dimension width of the output
   */
  record Spec(
      String bundle,
      Path path,
      String input,
      DataType inputType,
      Shape row,
      String output,
      int dimension) {
    String place() {
      return "bundle " + bundle + ": " + path.getFileName();
    }

    Shape batch(int rows) {
      return new Shape(rows).addAll(row);
    }
  }

  private OnnxGraph(Spec spec, Model model) {
    this.spec = spec;
    this.model = model;
    this.parameters = new ParameterStore(model.getNDManager(), false);
  }

  /**
   * Loads a graph and tries it on {@value #LEAST_ROWS} rows of zeros.
   *
   * @throws BundleException if the file is no ONNX graph or not the one the manifest describes
   * @throws EncoderException if the device cannot be used
   */
  static OnnxGraph open(Spec spec, ComputeDevice device, EncoderOptions options) {
    Model model = DjlEngine.newModel(spec.path().getFileName().toString(), device);
    try {
      load(model, spec, device, options);
      OnnxGraph graph = new OnnxGraph(spec, model);
      graph.probe(device);
      return graph;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Runs the graph.
   *
   * @param data direct, native-order, holds exactly {@code rows} rows between position and limit
   * @param rows at least {@value #LEAST_ROWS}
   * @param wanted how many leading rows of the output to return
   * @return {@code [wanted, dimension]}
   * @throws RuntimeException whatever the engine throws
   */
  float[][] run(Buffer data, int rows, int wanted) {
    if (wanted == 0) {
      return NONE;
    }
    try (NDManager call = model.getNDManager().newSubManager()) {
      return copy(forward(call, data, rows).toByteBuffer().asFloatBuffer(), wanted);
    }
  }

  @Override
  public void close() {
    model.close();
  }

  private NDArray forward(NDManager call, Buffer data, int rows) {
    NDArray input = call.create(data, spec.batch(rows), spec.inputType());
    return model.getBlock().forward(parameters, new NDList(input), false).get(0);
  }

  private float[][] copy(FloatBuffer values, int rows) {
    float[][] embeddings = new float[rows][spec.dimension()];
    for (int row = 0; row < rows; row++) {
      values.get(embeddings[row]);
    }
    return embeddings;
  }

  /** Whether every number is finite: an overflow in the graph must not look like a score. */
  static boolean isFinite(float[] embedding) {
    for (float value : embedding) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static void load(Model model, Spec spec, ComputeDevice device, EncoderOptions options) {
    // The session copies the options, so they are freed as soon as it exists. For a gpu device DJL
    // itself appends the CUDA provider to the options it is given: adding it here would do it
    // twice.
    try (SessionOptions session = new SessionOptions()) {
      configure(session, options);
      model.load(spec.path(), null, Map.of("sessionOptions", session));
    } catch (OrtException | MalformedModelException | IOException e) {
      throw loadFailure(spec, device, e);
    }
  }

  private static void configure(SessionOptions session, EncoderOptions options)
      throws OrtException {
    if (options.intraOpThreads() > 0) {
      session.setIntraOpNumThreads(options.intraOpThreads());
    }
    if (options.interOpThreads() > 1) {
      session.setExecutionMode(SessionOptions.ExecutionMode.PARALLEL);
      session.setInterOpNumThreads(options.interOpThreads());
    }
    session.setOptimizationLevel(
        switch (options.optimization()) {
          case NONE -> SessionOptions.OptLevel.NO_OPT;
          case BASIC -> SessionOptions.OptLevel.BASIC_OPT;
          case EXTENDED -> SessionOptions.OptLevel.EXTENDED_OPT;
          case ALL -> SessionOptions.OptLevel.ALL_OPT;
        });
    session.setDeterministicCompute(true);
    // Failures arrive as exceptions; the native log would only repeat them on standard error.
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    session.addConfigEntry("session.intra_op.allow_spinning", "0");
    for (Map.Entry<String, String> entry : options.sessionConfig().entrySet()) {
      session.addConfigEntry(entry.getKey(), entry.getValue());
    }
  }

  private void probe(ComputeDevice device) {
    List<String> inputs = model.getBlock().describeInput().keys();
    check(inputs.equals(List.of(spec.input())), "inputs " + inputs, "one named " + spec.input());
    Shape shape = spec.batch(LEAST_ROWS);
    Buffer zeros =
        NativeBuffers.allocate(Math.toIntExact(shape.size() * spec.inputType().getNumOfBytes()));
    try (NDManager call = model.getNDManager().newSubManager()) {
      NDArray input = call.create(zeros, shape, spec.inputType());
      NDList outputs;
      try {
        outputs = model.getBlock().forward(parameters, new NDList(input), false);
      } catch (RuntimeException e) {
        throw probeFailure(shape, device, e);
      }
      check(
          outputs.size() == 1 && spec.output().equals(outputs.get(0).getName()),
          "outputs " + outputs.stream().map(NDArray::getName).toList(),
          "one named " + spec.output());
      NDArray output = outputs.get(0);
      Shape expected = new Shape(LEAST_ROWS, spec.dimension());
      check(
          output.getDataType() == DataType.FLOAT32 && output.getShape().equals(expected),
          "output " + output.getDataType() + " " + output.getShape(),
          DataType.FLOAT32 + " " + expected + " (embedding_dim " + spec.dimension() + ")");
    }
  }

  private void check(boolean holds, String seen, String expected) {
    if (!holds) {
      throw new BundleException(
          spec.place()
              + ": seen "
              + seen
              + ", expected "
              + expected
              + " as the manifest says; export the bundle again");
    }
  }

  private static RuntimeException loadFailure(Spec spec, ComputeDevice device, Exception failure) {
    if (device.isGpu() && !blamesGraph(failure)) {
      return deviceFailure(device, failure);
    }
    return new BundleException(
        spec.place()
            + ": not a graph this ONNX Runtime can load ("
            + OneLine.of(failure)
            + "); export the bundle again",
        failure);
  }

  private RuntimeException probeFailure(Shape shape, ComputeDevice device, Exception failure) {
    if (device.isGpu() && !blamesGraph(failure)) {
      return deviceFailure(device, failure);
    }
    return new BundleException(
        spec.place()
            + ": does not take "
            + spec.inputType()
            + " "
            + shape
            + " as the manifest says ("
            + OneLine.of(failure)
            + "); export the bundle again",
        failure);
  }

  private static EncoderException deviceFailure(ComputeDevice device, Exception failure) {
    return new EncoderException(
        "device "
            + device
            + ": ONNX Runtime cannot use it ("
            + OneLine.of(failure)
            + "); check that the driver, CUDA 12 and cuDNN 9 are installed and that the device "
            + "exists, or use device cpu",
        failure);
  }

  /** Whether ONNX Runtime's error code speaks of the model rather than of the device. */
  private static boolean blamesGraph(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OrtException ort) {
        return switch (ort.getCode()) {
          case ORT_INVALID_ARGUMENT,
              ORT_INVALID_GRAPH,
              ORT_INVALID_PROTOBUF,
              ORT_NO_MODEL,
              ORT_NO_SUCHFILE,
              ORT_NOT_IMPLEMENTED ->
              true;
          default -> false;
        };
      }
    }
    return failure instanceof IOException;
  }
}
