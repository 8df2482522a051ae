package io.clipure.stream.image;

import java.util.function.Supplier;

/** Outcome of reading an image's header: what comes before anything is decoded. */
public sealed interface Opened {

  /**
   * An image that is refused by its header.
   *
   * @param rejection reason and message
   */
  record Refused(LoadedImage.Rejected rejection) implements Opened {}

  /**
   * An image that may be decoded once {@link ImageHeader#peakBytes()} bytes are to be had.
   *
   * @param header what the file says, with all that decoding and resizing it will hold
   * @param decode decodes, orients and resizes on the calling thread; never throws for bad input;
   *     holds the encoded bytes and nothing else until it is called
   */
  record Decodable(ImageHeader header, Supplier<LoadedImage> decode) implements Opened {}
}
