package io.clipure.stream.clip;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One ONNX graph with one or more inputs and one float32 output, all with a leading batch axis,
 * loaded on one device through DJL, and checked against what the manifest says of it.
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
   * that add up in another order: measured 1.5e-7 relative difference between an image alone and
   * the same image in a batch. From two rows on, the processor's kernels gave the same bits for
   * every batch size tried (1 to 64 for the demo model, 1 to 16 for ViT-B/32) and for one and two
   * threads. The price is that a lone image costs as much as two. GPUs: see {@link
   * EncoderOptions#fixedRows}.
   */
  static final int LEAST_ROWS = 2;

  /** Threads that wait in a loop steal the cores that decode the next images. */
  private static final Map<String, String> DEFAULT_CONFIG =
      Map.of("session.intra_op.allow_spinning", "0");

  private static final float[][] NONE = new float[0][];

  private final Spec spec;
  private final Model model;
  private final ParameterStore parameters;

  /**
   * What a graph must be.
   *
   * @param bundle where the bundle lies, for messages
   * @param path the ONNX file
   * @param inputs its inputs, in the graph's order
   * @param output name of the output
   * @param outputRow shape of one row of the output
   * @param meaning the manifest's fields that say so, for messages
   */
  record Spec(
      String bundle,
      Path path,
      List<Input> inputs,
      String output,
      Shape outputRow,
      String meaning) {
    /** A graph from one input to embeddings {@code [batch, dimension]}. */
    static Spec encoder(String bundle, Path path, Input input, String output, int dimension) {
      return new Spec(
          bundle, path, List.of(input), output, new Shape(dimension), "embedding_dim " + dimension);
    }

    String place() {
      return "bundle " + bundle + ": " + path.getFileName();
    }

    int outputWidth() {
      return Math.toIntExact(outputRow.size());
    }
  }

  /**
   * An input of a graph.
   *
   * @param name its name
   * @param type its element type
   * @param row shape of one row
   */
  record Input(String name, DataType type, Shape row) {
    Shape batch(int rows) {
      return new Shape(rows).addAll(row);
    }

    @Override
    public String toString() {
      return type + " " + batch(LEAST_ROWS);
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
   * @param data for each input, direct, native-order, exactly {@code rows} rows between position
   *     and limit
   * @param rows at least {@value #LEAST_ROWS}
   * @param wanted how many leading rows of the output to return
   * @return the wanted rows of the output, each row-major
   * @throws RuntimeException whatever the engine throws
   */
  float[][] run(List<? extends Buffer> data, int rows, int wanted) {
    if (wanted == 0) {
      return NONE;
    }
    try (NDManager call = model.getNDManager().newSubManager()) {
      NDArray output = forward(call, data, rows).get(0);
      return copy(output.toByteBuffer().asFloatBuffer(), wanted);
    }
  }

  @Override
  public void close() {
    model.close();
  }

  private NDList forward(NDManager call, List<? extends Buffer> data, int rows) {
    NDList arrays = new NDList(data.size());
    for (int i = 0; i < data.size(); i++) {
      Input input = spec.inputs().get(i);
      arrays.add(call.create(data.get(i), input.batch(rows), input.type()));
    }
    return model.getBlock().forward(parameters, arrays, false);
  }

  private float[][] copy(FloatBuffer values, int rows) {
    float[][] result = new float[rows][spec.outputWidth()];
    for (int row = 0; row < rows; row++) {
      values.get(result[row]);
    }
    return result;
  }

  /** Whether every number is finite: an overflow in the graph must not look like a score. */
  static boolean isFinite(float[] row) {
    for (float value : row) {
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
    try (SessionOptions session =
        device.isGpu() ? new CudaSessionOptions(options.tf32()) : new SessionOptions()) {
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
    Map<String, String> entries = new TreeMap<>(DEFAULT_CONFIG);
    entries.putAll(options.sessionConfig());
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      session.addConfigEntry(entry.getKey(), entry.getValue());
    }
  }

  private void probe(ComputeDevice device) {
    List<String> seen = model.getBlock().describeInput().keys();
    List<String> expected = spec.inputs().stream().map(Input::name).toList();
    check(
        seen.equals(expected),
        "inputs " + seen,
        expected.size() == 1 ? "one named " + expected.get(0) : expected + " in this order");
    List<ByteBuffer> zeros = spec.inputs().stream().map(OnnxGraph::zeros).toList();
    try (NDManager call = model.getNDManager().newSubManager()) {
      NDList outputs;
      try {
        outputs = forward(call, zeros, LEAST_ROWS);
      } catch (RuntimeException e) {
        throw probeFailure(device, e);
      }
      check(
          outputs.size() == 1 && spec.output().equals(outputs.get(0).getName()),
          "outputs " + outputs.stream().map(NDArray::getName).toList(),
          "one named " + spec.output());
      NDArray output = outputs.get(0);
      // Not NDArray.getDataType(): DJL cannot name every type, such as half precision.
      OnnxJavaType type = ((OrtNDArray) output).getTensor().getInfo().type;
      Shape shape = new Shape(LEAST_ROWS).addAll(spec.outputRow());
      check(
          type == OnnxJavaType.FLOAT && output.getShape().equals(shape),
          "output " + type + " " + output.getShape(),
          OnnxJavaType.FLOAT + " " + shape + " (" + spec.meaning() + ")");
    }
  }

  private static ByteBuffer zeros(Input input) {
    long elements = input.batch(LEAST_ROWS).size();
    return NativeBuffers.allocate(Math.toIntExact(elements * input.type().getNumOfBytes()));
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

  private RuntimeException probeFailure(ComputeDevice device, Exception failure) {
    if (device.isGpu() && !blamesGraph(failure)) {
      return deviceFailure(device, failure);
    }
    return new BundleException(
        spec.place()
            + ": does not take "
            + spec.inputs().stream().map(Input::toString).collect(Collectors.joining(" and "))
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
            + "); check that the driver, CUDA 12.8 or later 12.x and cuDNN 9 are installed and that "
            + "the device exists, or use device cpu",
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
