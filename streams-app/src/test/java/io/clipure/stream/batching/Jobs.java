package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageViews;
import java.util.function.Supplier;

/** Short forms of jobs. */
final class Jobs {
  private Jobs() {}

  /** A live job whose one pixel's first byte is {@code first}. */
  static <D> Job<D> pixels(long bytes, D detail, int first) {
    return Job.live(bytes, decode(detail, first));
  }

  /** The same with a second byte that tells such images apart. */
  static <D> Job<D> pixels(long bytes, D detail, int first, int second) {
    return Job.live(
        bytes, decode(() -> new Loaded.Pixels<>(detail, image((byte) first, (byte) second))));
  }

  static <D> Step<D> decode(D detail, int first) {
    return decode(() -> new Loaded.Pixels<>(detail, image((byte) first)));
  }

  static ImageViews image(byte... pixels) {
    return ImageViews.of(pixels);
  }

  static <D> Step<D> decode(Supplier<Loaded<D>> loading) {
    return new Step.Decode<>(1, () -> new Step.Done<>(loading.get()));
  }
}
