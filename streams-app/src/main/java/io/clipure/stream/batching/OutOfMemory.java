package io.clipure.stream.batching;

import java.util.Locale;
import java.util.stream.Stream;

/** Tells want of memory, which a smaller batch may get round, from other failures. */
final class OutOfMemory {
  private static final int DEEPEST = 16;

  private OutOfMemory() {}

  /** Whether ONNX Runtime, CUDA or the JVM's direct buffers say so. Heap space is not meant. */
  static boolean is(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(DEEPEST)
        .anyMatch(OutOfMemory::says);
  }

  private static boolean says(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (failure instanceof OutOfMemoryError) {
      return message.contains("direct buffer");
    }
    return Stream.of(
            "failed to allocate memory", // ONNX Runtime's arena
            "bfcarena", // the same, where it names its source file
            "out of memory", // CUDA
            "cublas_status_alloc_failed",
            "cudnn_status_alloc_failed",
            "bad allocation",
            "std::bad_alloc")
        .anyMatch(message::contains);
  }
}
