package io.clipure.stream.image;

import java.io.IOException;

/** An image file whose header has been read and whose pixels have not. */
interface EncodedImage {

  /** What the header says. */
  ImageHeader header();

  /**
   * Decodes the first frame.
   *
   * @throws IOException if the data contradicts the format
   * @throws RejectedException if the data ends early or uses a variant that is not supported
   * @throws RuntimeException from decoders that trip over damaged data; to be taken as damage
   */
  PixelSource decode(NativeReaders readers) throws IOException, RejectedException;

  /** Recognises the format by magic bytes and reads its header. */
  static EncodedImage parse(ByteSlice bytes) throws RejectedException {
    if (bytes.startsWith(0, "\u00ff\u00d8\u00ff")) {
      return JpegImage.parse(bytes);
    }
    if (bytes.startsWith(0, "\u0089PNG\r\n\u001a\n")) {
      return PngImage.parse(bytes);
    }
    if (bytes.startsWith(0, "GIF87a") || bytes.startsWith(0, "GIF89a")) {
      return GifImage.parse(bytes);
    }
    if (bytes.startsWith(0, "RIFF") && bytes.startsWith(8, "WEBP")) {
      return WebpImage.parse(bytes);
    }
    if (bytes.startsWith(0, "BM") && BmpImage.looksLikeBmp(bytes)) {
      return BmpImage.parse(bytes);
    }
    throw RejectedException.unsupported(
        "the first bytes belong to no supported image format;"
            + " expected JPEG, PNG, GIF, WebP or BMP, convert the file");
  }

  /** Bytes of so many pixels; half of all longs, to be added to, where there is no such number. */
  static long pixelBytes(int width, int height, int bytesPerPixel) {
    long pixels = (long) width * height;
    long most = Long.MAX_VALUE / 2;
    return pixels > most / bytesPerPixel ? most : pixels * bytesPerPixel;
  }

  /** Refuses dimensions that no image has. */
  static void requireDimensions(ImageFormat format, int width, int height)
      throws RejectedException {
    if (width < 1 || height < 1) {
      throw RejectedException.corrupt(
          format.id()
              + " header says "
              + width
              + "x"
              + height
              + " pixels, expected at least 1x1; the file is damaged");
    }
  }
}
