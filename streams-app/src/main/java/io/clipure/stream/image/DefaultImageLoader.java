package io.clipure.stream.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Guards, decodes, orients and resizes on the calling thread. Limits are checked on the header,
 * before anything is decoded; the cheapest check comes first.
 *
 * <p>Thread-safe: a call shares nothing with other calls but immutable settings.
 */
public final class DefaultImageLoader implements ImageLoader {
  private final int size;
  private final ImageLimits limits;
  private final NativeReaders readers = new NativeReaders();

  /**
   * Creates a loader.
   *
   * @param size side of the encoder's square input in pixels
   * @param limits most bytes and pixels of an image
   */
  public DefaultImageLoader(int size, ImageLimits limits) {
    if (size < 1 || size > 4096) {
      throw new IllegalArgumentException(
          "encoder input size is " + size + ", expected 1 to 4096 pixels; check the model bundle");
    }
    this.size = size;
    this.limits = limits;
  }

  /**
   * Id of this pixel pipeline, for a verdict's provenance. The number after the slash changes
   * whenever some image would give other pixels.
   */
  public String preprocessingId() {
    return "pil-bicubic-center-" + size + "/1";
  }

  @Override
  public Opened open(ByteBuffer encoded) {
    if (!encoded.hasRemaining()) {
      return refused(RejectionReason.EMPTY_CONTENT, "image has no bytes; send the file's content");
    }
    if (encoded.remaining() > limits.maxBytes()) {
      return refused(
          RejectionReason.TOO_MANY_BYTES, tooManyBytes(encoded.remaining(), limits.maxBytes()));
    }
    ByteSlice bytes = ByteSlice.of(encoded);
    EncodedImage image;
    try {
      image = EncodedImage.parse(bytes);
    } catch (RejectedException e) {
      return new Opened.Refused(e.rejected());
    }
    ImageHeader header = image.header();
    if (header.pixels() > limits.maxPixels()) {
      return refused(
          RejectionReason.TOO_MANY_PIXELS,
          header.width()
              + "x"
              + header.height()
              + " pixels by the header, at most "
              + limits.maxPixels()
              + " are allowed; scale the image down or raise the limit");
    }
    ImageHeader whole = header.holding(ResizeCrop.heldBytes(header, size));
    if (whole.peakBytes() > limits.maxDecodeBytes()) {
      return refused(
          RejectionReason.TOO_MUCH_MEMORY,
          "decoding would hold "
              + whole.peakBytes()
              + " bytes by the header, at most "
              + limits.maxDecodeBytes()
              + " are allowed; scale the image down or raise batching.decode-memory");
    }
    return new Opened.Decodable(whole, () -> decode(bytes, image));
  }

  private LoadedImage decode(ByteSlice bytes, EncodedImage image) {
    PixelSource pixels;
    try {
      pixels = image.decode(readers);
    } catch (RejectedException e) {
      return e.rejected();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Decoders answer damaged data with any of these. OutOfMemoryError is not the image's
      // fault, as its size has been checked: it goes through.
      return damaged(e);
    }
    ImageHeader header = image.header();
    return new LoadedImage.Prepared(
        facts(bytes, header), ResizeCrop.apply(pixels, header.orientation(), size));
  }

  private static Opened refused(RejectionReason reason, String message) {
    return new Opened.Refused(new LoadedImage.Rejected(reason, message));
  }

  private static String tooManyBytes(long bytes, long most) {
    return bytes
        + " bytes, at most "
        + most
        + " are allowed; compress the image or raise the limit";
  }

  private static LoadedImage.Rejected damaged(Throwable e) {
    String detail = e.getMessage() == null ? "" : ": " + printable(e.getMessage(), 120);
    return new LoadedImage.Rejected(
        RejectionReason.CORRUPT_IMAGE,
        "image cannot be decoded ("
            + e.getClass().getSimpleName()
            + detail
            + "); the file is damaged, upload it again");
  }

  /** Text that may repeat input, cut and reduced to printable ASCII. */
  private static String printable(String text, int most) {
    String ascii = text.replaceAll("[^ -~]", "?");
    return ascii.length() <= most ? ascii : ascii.substring(0, most) + "...";
  }

  private static ImageFacts facts(ByteSlice bytes, ImageHeader header) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256, this one does not", e);
    }
    digest.update(bytes.array(), bytes.offset(), bytes.length());
    return new ImageFacts(
        HexFormat.of().formatHex(digest.digest()),
        header.format(),
        header.width(),
        header.height(),
        bytes.length(),
        header.orientation());
  }
}
