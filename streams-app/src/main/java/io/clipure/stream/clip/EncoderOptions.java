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
 */
public record EncoderOptions(
    int intraOpThreads,
    int interOpThreads,
    Optimization optimization,
    Map<String, String> sessionConfig) {

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
    // Sorted, so that equal options print and apply alike.
    sessionConfig = java.util.Collections.unmodifiableMap(new TreeMap<>(sessionConfig));
  }

  /** The engine's thread counts, every optimisation, no spinning. */
  public static EncoderOptions defaults() {
    return new EncoderOptions(0, 0, Optimization.ALL, Map.of());
  }

  /** The same options with another number of threads per operator. */
  public EncoderOptions withIntraOpThreads(int threads) {
    return new EncoderOptions(threads, interOpThreads, optimization, sessionConfig);
  }
}
