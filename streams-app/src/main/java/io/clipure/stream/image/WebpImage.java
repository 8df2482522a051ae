package io.clipure.stream.image;

import java.io.IOException;
import java.util.List;

/**
 * WebP: lossy, lossless, with or without alpha. Of an animated file the first frame is decoded, on
 * a black canvas, as PIL shows it.
 *
 * <p>libwebp is shown the frame's bitstream alone, rewrapped as a file of its own. The container,
 * alpha, profiles and metadata are read here or not at all.
 */
final class WebpImage implements EncodedImage {
  /** Held per pixel of a lossy frame: the library decodes into the result, row by row. */
  private static final int LOSSY_BYTES = 4;

  /** Of a lossless frame: the result, the library's own pixels, and transforms of tiles. */
  private static final int LOSSLESS_BYTES = 9;

  /** The library's rows in work, per column. */
  private static final int COLUMN_BYTES = 256;

  /** Tables, colour cache, and the wrapper. */
  private static final long FIXED_BYTES = 512 << 10;

  private final ImageHeader header;
  private final ByteSlice stream;
  private final int left;
  private final int top;
  private final int frameWidth;
  private final int frameHeight;

  /**
   * Creates an image.
   *
   * @param stream the bitstream's chunk, with its header
   */
  private WebpImage(ImageHeader header, ByteSlice stream, int left, int top, int w, int h) {
    this.header = header;
    this.stream = stream;
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
      return still(body, 4, size[0], size[1]);
    }
    boolean animated = (body.u8(12) & 2) != 0;
    int width = body.u24le(16) + 1;
    int height = body.u24le(19) + 1;
    int orientation = 1;
    WebpImage image = null;
    int at = 4;
    while (at < body.length() - 7) {
      int length = body.s32le(at + 4);
      body.require(at + 8, length);
      if (body.startsWith(at, "EXIF")) {
        orientation = ExifOrientation.of(body.slice(at + 8, length));
      } else if (image == null && animated && body.startsWith(at, "ANMF")) {
        image = animationFrame(body.slice(at + 8, length), width, height);
      } else if (image == null && !animated && isBitstream(body, at)) {
        requireSize(bitstreamSize(body, at), width, height);
        image = still(body, at, width, height);
      }
      at += 8 + length + (length & 1);
    }
    if (image == null) {
      throw RejectedException.corrupt("WebP has no image data; the file is damaged");
    }
    return image.turned(orientation);
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws IOException, RejectedException {
    int padding = stream.length() & 1;
    int riff = 4 + stream.length() + padding;
    byte[] head = {
      'R',
      'I',
      'F',
      'F',
      (byte) riff,
      (byte) (riff >> 8),
      (byte) (riff >> 16),
      (byte) (riff >> 24),
      'W',
      'E',
      'B',
      'P'
    };
    int[] argb =
        readers
            .webp()
            .read(
                List.of(
                    new ByteSlice(head, 0, head.length),
                    stream,
                    new ByteSlice(new byte[padding], 0, padding)),
                frameWidth,
                frameHeight);
    return new WebpPixels(
        argb, header.width(), header.height(), left, top, frameWidth, frameHeight);
  }

  private WebpImage turned(int orientation) {
    ImageHeader turned =
        new ImageHeader(
            header.format(), header.width(), header.height(), orientation, header.peakBytes());
    return new WebpImage(turned, stream, left, top, frameWidth, frameHeight);
  }

  private static boolean isBitstream(ByteSlice body, int at) {
    return body.startsWith(at, "VP8 ") || body.startsWith(at, "VP8L");
  }

  private static ByteSlice stream(ByteSlice body, int at) throws RejectedException {
    int length = body.s32le(at + 4);
    body.require(at + 8, length);
    return body.slice(at, 8 + length);
  }

  private static WebpImage still(ByteSlice body, int at, int width, int height)
      throws RejectedException {
    ByteSlice stream = stream(body, at);
    return new WebpImage(header(width, height, width, height, stream), stream, 0, 0, width, height);
  }

  private static ImageHeader header(
      int width, int height, int frameWidth, int frameHeight, ByteSlice stream)
      throws RejectedException {
    boolean lossless = stream.startsWith(0, "VP8L");
    long frame = (long) frameWidth * frameHeight * (lossless ? LOSSLESS_BYTES : LOSSY_BYTES);
    long codes = lossless ? WebpCodes.heldBytes(stream, frameWidth, frameHeight) : 0;
    // The wrapper copies the bitstream twice, into the heap and out of it.
    long peak =
        frame + codes + (long) frameWidth * COLUMN_BYTES + 2L * stream.length() + FIXED_BYTES;
    return new ImageHeader(ImageFormat.WEBP, width, height, 1, peak);
  }

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
    while (!isBitstream(chunk, at)) {
      int length = chunk.s32le(at + 4);
      chunk.require(at + 8, length);
      at += 8 + length + (length & 1);
    }
    requireSize(bitstreamSize(chunk, at), frameWidth, frameHeight);
    ByteSlice stream = stream(chunk, at);
    return new WebpImage(
        header(width, height, frameWidth, frameHeight, stream),
        stream,
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
