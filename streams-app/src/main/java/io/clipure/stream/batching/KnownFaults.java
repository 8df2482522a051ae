package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageViews;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers images that took part in a hang. A hang may outlast its task's patience; then the image
 * comes again as a new job, and without this it would hang a device afresh, for ever, in ever new
 * batches.
 *
 * <p>Bounded: the {@value #MOST} seen last. Images are told apart by the SHA-256 of their pixels,
 * from which their views follow; as long as nothing is remembered, a look-up costs nothing.
 *
 * <p><b>Threading</b>: thread-safe.
 */
final class KnownFaults {
  private static final int MOST = 1024;

  /**
   * What is known of an image.
   *
   * @param attempts calls with it that hung
   * @param convicted whether it was given up
   */
  record Fault(int attempts, boolean convicted) {}

  private final Map<ByteBuffer, Fault> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Fault> eldest) {
          return size() > MOST;
        }
      };

  private volatile boolean any;

  void remember(ImageViews image, Fault fault) {
    synchronized (entries) {
      entries.put(ByteBuffer.wrap(image.digest()), fault);
      any = true;
    }
  }

  /** What is known, or null. */
  Fault of(ImageViews image) {
    if (!any) {
      return null;
    }
    synchronized (entries) {
      return entries.get(ByteBuffer.wrap(image.digest()));
    }
  }

  /** The image proved harmless. */
  void forget(ImageViews image) {
    if (any) {
      synchronized (entries) {
        entries.remove(ByteBuffer.wrap(image.digest()));
        any = !entries.isEmpty();
      }
    }
  }
}
