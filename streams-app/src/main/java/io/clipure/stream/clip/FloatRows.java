package io.clipure.stream.clip;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * One direct buffer of float32 rows that the engine reads in place; kept, and grown to the largest
 * batch seen.
 *
 * <p><b>Threading</b>: not thread-safe.
 */
final class FloatRows {
  private final String what;
  private final int width;
  private FloatBuffer buffer;

  /**
   * @param what what one row is, for messages
   * @param width numbers in a row
   */
  FloatRows(String what, int width) {
    this.what = what;
    this.width = width;
    this.buffer = allocate(OnnxGraph.LEAST_ROWS);
  }

  /**
   * The rows, followed by copies of the first up to a number of rows; valid until the next call.
   *
   * @throws IllegalArgumentException if a row is not of the width
   */
  FloatBuffer fill(List<float[]> rows, int count) {
    if (buffer.capacity() < Math.multiplyExact(count, width)) {
      buffer = allocate(count);
    }
    buffer.clear();
    for (int row = 0; row < count; row++) {
      float[] values = rows.get(row < rows.size() ? row : 0);
      if (values.length != width) {
        throw new IllegalArgumentException(
            what + ": seen " + values.length + " numbers, expected " + width);
      }
      buffer.put(values);
    }
    return buffer.flip();
  }

  private FloatBuffer allocate(int rows) {
    int bytes = Math.multiplyExact(Math.multiplyExact(rows, width), Float.BYTES);
    return NativeBuffers.allocate(bytes).asFloatBuffer();
  }
}
