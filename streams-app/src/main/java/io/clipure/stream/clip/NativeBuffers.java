package io.clipure.stream.clip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers that ONNX Runtime reads in place: anything else is copied once more on the way in. */
final class NativeBuffers {
  private NativeBuffers() {}

  /** A zeroed direct buffer in native byte order. */
  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
