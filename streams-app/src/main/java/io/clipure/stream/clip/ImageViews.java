package io.clipure.stream.clip;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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

  /** An image to be seen once. */
  public static ImageViews of(byte[] pixels) {
    return new ImageViews(List.of(pixels), digestOf(pixels));
  }

  /** The image and views of it that were derived from its digest. */
  public static ImageViews of(byte[] pixels, byte[] digest, List<byte[]> extra) {
    List<byte[]> all = new ArrayList<>(1 + extra.size());
    all.add(pixels);
    all.addAll(extra);
    return new ImageViews(all, digest);
  }

  /** SHA-256 of an image's pixels. */
  public static byte[] digestOf(byte[] pixels) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(pixels);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
