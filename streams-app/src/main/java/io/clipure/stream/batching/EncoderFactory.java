package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEncoder;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * One device worker's source of encoders: the first, and replacements for one that hangs or fails.
 *
 * @param device the device as configured, for logs and health
 * @param open opens a new encoder, ready for batches of every size; may take long; called on the
 *     constructor's thread first and on a device thread for replacements
 */
public record EncoderFactory(String device, Supplier<? extends ImageEncoder> open) {
  /** Checks. */
  public EncoderFactory {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(open, "open");
  }
}
