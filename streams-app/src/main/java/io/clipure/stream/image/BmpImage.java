package io.clipure.stream.image;

/**
 * Windows and OS/2 bitmaps: 1, 4 and 8 bits with a palette (plain or run-length coded), 16 and 32
 * bits with or without masks, 24 bits; bottom-up or top-down. Bitmaps that wrap a JPEG or PNG are
 * not supported.
 */
final class BmpImage implements EncodedImage {
  private static final int RGB = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BITFIELDS = 3;
  private static final int ALPHA_BITFIELDS = 6;

  private final ByteSlice bytes;
  private final int headerSize;
  private final int width;
  private final int height;
  private final boolean topDown;
  private final int depth;
  private final int compression;

  private BmpImage(ByteSlice bytes) throws RejectedException {
    this.bytes = bytes;
    headerSize = bytes.s32le(14);
    boolean os2 = headerSize == 12;
    width = os2 ? bytes.u16le(18) : bytes.s32le(18);
    int signedHeight = os2 ? bytes.u16le(20) : bytes.s32le(22);
    topDown = signedHeight < 0;
    height = topDown ? -signedHeight : signedHeight;
    depth = bytes.u16le(os2 ? 24 : 28);
    compression = os2 ? RGB : bytes.s32le(30);
  }

  /** "BM" alone also begins many text files; the size of the second header is a better sign. */
  static boolean looksLikeBmp(ByteSlice bytes) throws RejectedException {
    if (bytes.length() < 18) {
      return false;
    }
    int size = bytes.s32le(14);
    return size == 12
        || size == 40
        || size == 52
        || size == 56
        || size == 64
        || size == 108
        || size == 124;
  }

  static BmpImage parse(ByteSlice bytes) throws RejectedException {
    BmpImage image = new BmpImage(bytes);
    EncodedImage.requireDimensions(ImageFormat.BMP, image.width, image.height);
    boolean supported =
        switch (image.compression) {
          case RGB ->
              switch (image.depth) {
                case 1, 4, 8, 16, 24, 32 -> true;
                default -> false;
              };
          case RLE8 -> image.depth == 8 && !image.topDown;
          case RLE4 -> image.depth == 4 && !image.topDown;
          case BITFIELDS, ALPHA_BITFIELDS -> image.depth == 16 || image.depth == 32;
          default -> false;
        };
    if (!supported) {
      throw RejectedException.unsupported(
          "BMP with "
              + image.depth
              + " bits a pixel and compression "
              + image.compression
              + " is not supported; convert the file to PNG");
    }
    return image;
  }

  @Override
  public ImageHeader header() {
    return new ImageHeader(
        ImageFormat.BMP,
        width,
        height,
        1,
        EncodedImage.pixelBytes(width, height, depth <= 8 ? 1 : 3));
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws RejectedException {
    int pixelsAt = bytes.s32le(10);
    if (depth <= 8) {
      byte[] indexes =
          compression == RGB
              ? packedIndexes(pixelsAt)
              : new BmpRunLength(bytes, pixelsAt, compression == RLE4).decode(width, height);
      return new IndexedBytes(palette(pixelsAt), indexes, width, height, 0, width);
    }
    int stride = stride();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, 3), height)];
    BmpMasks masks = masks();
    for (int y = 0; y < height; y++) {
      ByteSlice row = row(pixelsAt, y, stride);
      masks.read(row, width, rgb, y * width * 3);
    }
    return new InterleavedBytes(rgb, width, height, 0, width * 3, 3, 0, 1, 2);
  }

  private int stride() {
    return Math.multiplyExact(Math.toIntExact(((long) width * depth + 31) / 32), 4);
  }

  /** A stored row without its padding, by its place from the top. */
  private ByteSlice row(int pixelsAt, int y, int stride) throws RejectedException {
    long at = pixelsAt + (long) stride * (topDown ? y : height - 1 - y);
    int used = (int) (((long) width * depth + 7) / 8);
    return bytes.slice(at > bytes.length() ? bytes.length() : (int) at, used);
  }

  private byte[] packedIndexes(int pixelsAt) throws RejectedException {
    int stride = stride();
    byte[] indexes = new byte[Math.multiplyExact(width, height)];
    int most = (1 << depth) - 1;
    for (int y = 0; y < height; y++) {
      ByteSlice row = row(pixelsAt, y, stride);
      for (int x = 0, bit = 0; x < width; x++, bit += depth) {
        int packed = row.array()[row.offset() + (bit >> 3)];
        indexes[y * width + x] = (byte) (packed >> 8 - depth - (bit & 7) & most);
      }
    }
    return indexes;
  }

  private byte[] palette(int pixelsAt) throws RejectedException {
    boolean os2 = headerSize == 12;
    int entry = os2 ? 3 : 4;
    int start = 14 + headerSize;
    int declared = os2 ? 0 : bytes.s32le(46);
    int colours = declared < 1 || declared > 1 << depth ? 1 << depth : declared;
    byte[] palette = new byte[IndexedBytes.PALETTE_BYTES];
    for (int i = 0; i < colours && start + entry * (i + 1) <= pixelsAt; i++) {
      palette[3 * i] = (byte) bytes.u8(start + entry * i + 2);
      palette[3 * i + 1] = (byte) bytes.u8(start + entry * i + 1);
      palette[3 * i + 2] = (byte) bytes.u8(start + entry * i);
    }
    return palette;
  }

  private BmpMasks masks() throws RejectedException {
    if (compression != RGB) {
      // After a 40-byte header the masks follow it; longer headers hold them at the same place.
      return new BmpMasks(depth / 8, bytes.s32le(54), bytes.s32le(58), bytes.s32le(62));
    }
    return depth == 16
        ? new BmpMasks(2, 0x7c00, 0x3e0, 0x1f)
        : new BmpMasks(depth / 8, 0xff0000, 0xff00, 0xff);
  }
}
