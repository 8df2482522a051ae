package io.clipure.stream.batching;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers images that took part in a hang. A hang may outlast its task's patience; then the image
 * comes again as a new job, and without this it would hang a device afresh, for ever, in ever new
 * batches.
 *
 * <p>Bounded: the {@value #MOST} seen last. Pixels are compared by SHA-256, behind a cheap hash; as
 * long as nothing is remembered, a look-up costs nothing.
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

  private record Known(byte[] digest, Fault fault) {}

  private final Map<Integer, Known> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Known> eldest) {
          return size() > MOST;
        }
      };

  private volatile boolean any;

  void remember(byte[] pixels, Fault fault) {
    byte[] digest = digest(pixels);
    synchronized (entries) {
      entries.put(Arrays.hashCode(pixels), new Known(digest, fault));
      any = true;
    }
  }

  /** What is known, or null. */
  Fault of(byte[] pixels) {
    if (!any) {
      return null;
    }
    int hash = Arrays.hashCode(pixels);
    Known entry;
    synchronized (entries) {
      entry = entries.get(hash);
    }
    return entry != null && MessageDigest.isEqual(entry.digest(), digest(pixels))
        ? entry.fault()
        : null;
  }

  /** The image proved harmless. */
  void forget(byte[] pixels) {
    if (any) {
      synchronized (entries) {
        entries.remove(Arrays.hashCode(pixels));
        any = !entries.isEmpty();
      }
    }
  }

  private static byte[] digest(byte[] pixels) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(pixels);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
