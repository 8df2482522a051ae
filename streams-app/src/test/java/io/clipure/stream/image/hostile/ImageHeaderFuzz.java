package io.clipure.stream.image.hostile;

import io.clipure.stream.image.ImageFormat;
import io.clipure.stream.image.ImageHeader;
import java.nio.ByteBuffer;

/** Fuzz target, for Jazzer: what reading a header promises for any bytes at all. */
public final class ImageHeaderFuzz {
  private ImageHeaderFuzz() {}

  /** Throws {@link AssertionError} where a promise is broken. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    ImageHeader.peek(ByteBuffer.wrap(bytes))
        .ifPresent(
            header -> {
              if (header.width() < 1
                  || header.height() < 1
                  || header.orientation() < 1
                  || header.orientation() > 8
                  || header.peakBytes() < header.pixels() && header.format() != ImageFormat.WEBP) {
                throw new AssertionError("impossible header: " + header);
              }
            });
  }
}
