package io.clipure.stream.image;

import java.nio.ByteBuffer;

/** Encoded bytes in, the encoder's pixels or a rejection out. Thread-safe. */
public interface ImageLoader {
  /**
   * Reads and guards the header of an image held in memory, and decodes nothing. What is held
   * besides the encoded bytes is small.
   *
   * @param encoded the file's bytes, from position to limit; not modified, and not to be modified
   *     until decoded; shared where the buffer has an array that may be read, else copied
   * @return the image, ready to be decoded, or the rejection; never throws for bad input
   */
  Opened open(ByteBuffer encoded);

  /**
   * {@link #open}, then decode: guards, decodes, orients and resizes an image held in memory.
   *
   * @param encoded the file's bytes, from position to limit; not modified
   * @return the pixels or the rejection; never throws for bad input
   */
  default LoadedImage load(ByteBuffer encoded) {
    Opened opened = open(encoded);
    return opened instanceof Opened.Decodable decodable
        ? decodable.decode().get()
        : ((Opened.Refused) opened).rejection();
  }
}
