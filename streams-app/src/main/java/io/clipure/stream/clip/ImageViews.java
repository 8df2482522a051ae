package io.clipure.stream.clip;

import java.util.List;

/**
 * The pixels of one image that an encoder is to see: the image itself first, then transformed views
 * of it, if any.
 *
 * @param views one or more {@code [size, size, 3]} RGB uint8 arrays, row-major; the first is the
 *     image
 * @param digest SHA-256 of the first view's bytes: what everything random about this image is
 *     derived from, so that a replay repeats it; not to be modified
 */
public record ImageViews(List<byte[]> views, byte[] digest) {
  /** Copies the list. */
  public ImageViews {
    views = List.copyOf(views);
    if (views.isEmpty()) {
      throw new IllegalArgumentException("views is empty; expected the image at least");
    }
  }
}
