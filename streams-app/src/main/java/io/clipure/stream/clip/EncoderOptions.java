package io.clipure.stream.clip;

import java.util.Map;
import java.util.TreeMap;

/**
 * How an encoder's ONNX Runtime session runs. Two encoders give the same bits only under the same
 * options.
 *
 * @param intraOpThreads threads that share one operator; 0: the engine's default (one a physical
 *     core)
 * @param interOpThreads threads that run independent operators side by side; 0 or 1: operators run
 *     one after the other
 * @param optimization graph rewriting at load time
 * @param sessionConfig further ONNX Runtime session configuration entries; wins over our own
 *     default {@code session.intra_op.allow_spinning=0}
 * @param tf32 whether a GPU may multiply float32 as TensorFloat-32 (10 bits of mantissa)
 * @param fixedRows rows of every call of the image encoder, the rest filled up; 0: as many as there
 *     are images. GPU libraries choose their kernels by the shape of the batch, and kernels differ
 *     in the last bits
 */
public record EncoderOptions(
    int intraOpThreads,
    int interOpThreads,
    Optimization optimization,
    Map<String, String> sessionConfig,
    boolean tf32,
    int fixedRows) {

  /** ONNX Runtime's graph optimisation levels. */
  public enum Optimization {
    NONE,
    BASIC,
    EXTENDED,
    ALL
  }

  /** Checks and copies. */
  public EncoderOptions {
    if (intraOpThreads < 0 || interOpThreads < 0) {
      throw new IllegalArgumentException(
          "threads must be 0 (engine default) or more, seen intra "
              + intraOpThreads
              + ", inter "
              + interOpThreads);
    }
    if (fixedRows < 0) {
      throw new IllegalArgumentException("fixed rows must be 0 or more, seen " + fixedRows);
    }
    // Sorted, so that equal options print and apply alike.
    sessionConfig = java.util.Collections.unmodifiableMap(new TreeMap<>(sessionConfig));
  }

  /** The engine's thread counts, every optimisation, no spinning. */
  public static EncoderOptions defaults() {
    return new EncoderOptions(0, 0, Optimization.ALL, Map.of(), false, 0);
  }

  /** The same options with another number of threads per operator. */
  public EncoderOptions withIntraOpThreads(int threads) {
    return new EncoderOptions(
        threads, interOpThreads, optimization, sessionConfig, tf32, fixedRows);
  }

  /** The same options with a fixed number of rows a call. */
  public EncoderOptions withFixedRows(int rows) {
    return new EncoderOptions(
        intraOpThreads, interOpThreads, optimization, sessionConfig, tf32, rows);
  }

  /**
   * The same options, fit for a graph of this precision on this device: on the processor, ONNX
   * Runtime (1.28 and 1.30) crashes on half-precision graphs while it rewrites them beyond {@link
   * Optimization#EXTENDED}.
   */
  EncoderOptions fitFor(String precision, ComputeDevice device) {
    if (device.isGpu() || !precision.equals("fp16") || optimization != Optimization.ALL) {
      return this;
    }
    return new EncoderOptions(
        intraOpThreads, interOpThreads, Optimization.EXTENDED, sessionConfig, tf32, fixedRows);
  }
}
