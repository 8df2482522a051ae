package io.clipure.stream.image;

import java.io.IOException;

/**
 * WebP: lossy, lossless, with or without alpha. Of an animated file the first frame is decoded, on
 * a black canvas, as PIL shows it.
 */
final class WebpImage implements EncodedImage {
  private static final int ALPHA_AND_PIXELS = 12;

  private final ImageHeader header;
  private final ByteSlice frame;
  private final int left;
  private final int top;
  private final int frameWidth;
  private final int frameHeight;

  private WebpImage(ImageHeader header, ByteSlice frame, int left, int top, int w, int h) {
    this.header = header;
    this.frame = frame;
    this.left = left;
    this.top = top;
    this.frameWidth = w;
    this.frameHeight = h;
  }

  static WebpImage parse(ByteSlice bytes) throws RejectedException {
    int riff = bytes.s32le(4);
    if (riff < 12) {
      throw RejectedException.corrupt(
          "WebP says it has " + (riff & 0xffffffffL) + " bytes; the file is damaged");
    }
    ByteSlice body = bytes.slice(8, riff);
    if (!body.startsWith(4, "VP8X")) {
      int[] size = bitstreamSize(body, 4);
      return new WebpImage(header(size[0], size[1], 1), null, 0, 0, size[0], size[1])
          .withFrame(bytes.slice(0, 8 + riff));
    }
    boolean animated = (body.u8(12) & 2) != 0;
    int width = body.u24le(16) + 1;
    int height = body.u24le(19) + 1;
    int orientation = 1;
    WebpImage image = null;
    int at = 4;
    while (at < body.length() - 7) {
      int length = body.s32le(at + 4);
      ByteSlice chunk = body.slice(at + 8, length);
      if (body.startsWith(at, "EXIF")) {
        orientation = ExifOrientation.of(chunk);
      } else if (image == null && animated && body.startsWith(at, "ANMF")) {
        image = animationFrame(chunk, width, height);
      } else if (image == null
          && !animated
          && (body.startsWith(at, "VP8 ") || body.startsWith(at, "VP8L"))) {
        requireSize(bitstreamSize(body, at), width, height);
        image =
            new WebpImage(header(width, height, 1), bytes.slice(0, 8 + riff), 0, 0, width, height);
      }
      at += 8 + length + (length & 1);
    }
    if (image == null) {
      throw RejectedException.corrupt("WebP has no image data; the file is damaged");
    }
    return new WebpImage(
        header(width, height, orientation),
        image.frame,
        image.left,
        image.top,
        image.frameWidth,
        image.frameHeight);
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws IOException, RejectedException {
    int[] argb = readers.webp().read(frame, frameWidth, frameHeight);
    return new WebpPixels(
        argb, header.width(), header.height(), left, top, frameWidth, frameHeight);
  }

  private WebpImage withFrame(ByteSlice whole) {
    return new WebpImage(header, whole, left, top, frameWidth, frameHeight);
  }

  private static ImageHeader header(int width, int height, int orientation) {
    return new ImageHeader(
        ImageFormat.WEBP, width, height, orientation, (long) width * height * ALPHA_AND_PIXELS);
  }

  /** The frame's bitstream, rewrapped as a file of its own; alpha is left out, as it is dropped. */
  private static WebpImage animationFrame(ByteSlice chunk, int width, int height)
      throws RejectedException {
    int left = 2 * chunk.u24le(0);
    int top = 2 * chunk.u24le(3);
    int frameWidth = chunk.u24le(6) + 1;
    int frameHeight = chunk.u24le(9) + 1;
    if (left > width - frameWidth || top > height - frameHeight) {
      throw RejectedException.corrupt("WebP frame lies outside its canvas; the file is damaged");
    }
    int at = 16;
    while (!chunk.startsWith(at, "VP8 ") && !chunk.startsWith(at, "VP8L")) {
      int length = chunk.s32le(at + 4);
      chunk.slice(at + 8, length);
      at += 8 + length + (length & 1);
    }
    requireSize(bitstreamSize(chunk, at), frameWidth, frameHeight);
    int length = chunk.s32le(at + 4);
    ByteSlice stream = chunk.slice(at, 8 + length);
    int padded = 8 + length + (length & 1);
    byte[] file = new byte[12 + padded];
    byte[] head = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};
    System.arraycopy(head, 0, file, 0, head.length);
    for (int i = 0; i < 4; i++) {
      file[4 + i] = (byte) (4 + padded >> 8 * i);
    }
    System.arraycopy(stream.array(), stream.offset(), file, 12, stream.length());
    return new WebpImage(
        header(width, height, 1),
        new ByteSlice(file, 0, file.length),
        left,
        top,
        frameWidth,
        frameHeight);
  }

  /** Width and height in the bitstream's own header (RFC 9649; RFC 6386 section 9.1). */
  private static int[] bitstreamSize(ByteSlice body, int at) throws RejectedException {
    int width;
    int height;
    if (body.startsWith(at, "VP8 ")) {
      if ((body.u8(at + 8) & 1) != 0 || body.u24le(at + 11) != 0x2a019d) {
        throw RejectedException.corrupt("WebP does not begin with a key frame; it is damaged");
      }
      width = body.u16le(at + 14) & 0x3fff;
      height = body.u16le(at + 16) & 0x3fff;
    } else if (body.startsWith(at, "VP8L") && body.u8(at + 8) == 0x2f) {
      int packed = body.s32le(at + 9);
      width = (packed & 0x3fff) + 1;
      height = (packed >> 14 & 0x3fff) + 1;
    } else {
      throw RejectedException.corrupt("WebP has no image data; the file is damaged");
    }
    EncodedImage.requireDimensions(ImageFormat.WEBP, width, height);
    return new int[] {width, height};
  }

  private static void requireSize(int[] size, int width, int height) throws RejectedException {
    if (size[0] != width || size[1] != height) {
      throw RejectedException.corrupt(
          "WebP frame has "
              + size[0]
              + "x"
              + size[1]
              + " pixels where its header says "
              + width
              + "x"
              + height
              + "; the file contradicts itself");
    }
  }
}
