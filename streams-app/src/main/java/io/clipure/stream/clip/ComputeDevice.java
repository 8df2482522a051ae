package io.clipure.stream.clip;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device as configured: {@code cpu} or {@code gpu:N}. There is no default and no fallback: a
 * worker that was given a GPU must never run on the processor unnoticed.
 *
 * @param gpu CUDA ordinal; -1: the processor
 */
public record ComputeDevice(int gpu) {
  private static final Pattern NAME = Pattern.compile("cpu|gpu:(0|[1-9][0-9]{0,2})");

  /**
   * Reads a device name.
   *
   * @throws IllegalArgumentException if it is neither {@code cpu} nor {@code gpu:N}
   */
  public static ComputeDevice parse(String name) {
    Matcher matcher = NAME.matcher(name == null ? "" : name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "device "
              + (name == null ? "not given" : '"' + OneLine.of(name) + '"')
              + ": expected cpu or gpu:N, such as gpu:0; name one device for each worker");
    }
    return new ComputeDevice(matcher.group(1) == null ? -1 : Integer.parseInt(matcher.group(1)));
  }

  /** Whether this is a CUDA device. */
  public boolean isGpu() {
    return gpu >= 0;
  }

  /** The name as configured. */
  @Override
  public String toString() {
    return isGpu() ? "gpu:" + gpu : "cpu";
  }
}
