package io.clipure.stream.image;

import java.nio.ByteBuffer;

/** Encoded bytes or a reference in, the encoder's pixels or a rejection out. Thread-safe. */
public interface ImageLoader {
  /**
   * Guards, decodes, orients and resizes an image held in memory.
   *
   * @param encoded the file's bytes, from position to limit; not modified
   * @return the pixels or the rejection; never throws for bad input
   */
  LoadedImage load(ByteBuffer encoded);

  /**
   * Fetches, then as {@link #load(ByteBuffer)}.
   *
   * @param reference URI text of the image
   * @return the pixels or the rejection; never throws for bad input
   */
  LoadedImage load(String reference);
}
