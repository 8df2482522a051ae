package io.clipure.stream.image;

import java.util.Arrays;

/**
 * GIF: the first frame, as PIL shows it. A frame smaller than the logical screen lies on the
 * frame's transparent colour, or on colour 0 where there is none; a frame that sticks out enlarges
 * the screen. Transparency itself is ignored: a transparent pixel has its palette colour.
 */
final class GifImage implements EncodedImage {
  private final ByteSlice bytes;
  private ImageHeader header;
  private byte[] palette;
  private int transparent;
  private int left;
  private int top;
  private int frameWidth;
  private int frameHeight;
  private boolean interlaced;
  private int dataAt;

  private GifImage(ByteSlice bytes) {
    this.bytes = bytes;
  }

  static GifImage parse(ByteSlice bytes) throws RejectedException {
    GifImage image = new GifImage(bytes);
    image.readBlocks();
    return image;
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws RejectedException {
    int width = header.width();
    byte[] canvas = new byte[Math.multiplyExact(width, header.height())];
    if (transparent != 0) {
      Arrays.fill(canvas, (byte) transparent);
    }
    new GifLzw(bytes, dataAt)
        .decode(canvas, top * width + left, width, frameWidth, frameHeight, interlaced);
    return new IndexedBytes(palette, canvas, width, header.height(), 0, width);
  }

  private void readBlocks() throws RejectedException {
    int screenWidth = bytes.u16le(6);
    int screenHeight = bytes.u16le(8);
    int flags = bytes.u8(10);
    int at = 13;
    if ((flags & 0x80) != 0) {
      palette = readPalette(at, flags);
      at += 3 * colours(flags);
    }
    while (true) {
      int block = bytes.u8(at++);
      if (block == 0x2c) {
        readDescriptor(at, screenWidth, screenHeight);
        return;
      } else if (block == 0x21) {
        int label = bytes.u8(at++);
        if (label == 0xf9 && bytes.u8(at) >= 4 && (bytes.u8(at + 1) & 1) != 0) {
          transparent = bytes.u8(at + 4);
        }
        for (int size = bytes.u8(at++); size != 0; size = bytes.u8(at++)) {
          at += size;
        }
      } else if (block == 0x3b) {
        throw RejectedException.corrupt("GIF ends without an image; the file is damaged");
      }
      // PIL skips unknown bytes between blocks, so does this.
    }
  }

  private void readDescriptor(int at, int screenWidth, int screenHeight) throws RejectedException {
    left = bytes.u16le(at);
    top = bytes.u16le(at + 2);
    frameWidth = bytes.u16le(at + 4);
    frameHeight = bytes.u16le(at + 6);
    EncodedImage.requireDimensions(ImageFormat.GIF, frameWidth, frameHeight);
    int flags = bytes.u8(at + 8);
    interlaced = (flags & 0x40) != 0;
    at += 9;
    if ((flags & 0x80) != 0) {
      palette = readPalette(at, flags);
      at += 3 * colours(flags);
    } else if (palette == null) {
      palette = grayRamp();
    }
    dataAt = at;
    int width = Math.max(screenWidth, left + frameWidth);
    int height = Math.max(screenHeight, top + frameHeight);
    header =
        new ImageHeader(
            ImageFormat.GIF, width, height, 1, (long) width * height + GifLzw.TABLE_BYTES);
  }

  private static int colours(int flags) {
    return 2 << (flags & 7);
  }

  /** Entries beyond those given are black in PIL. */
  private byte[] readPalette(int at, int flags) throws RejectedException {
    byte[] colours = new byte[IndexedBytes.PALETTE_BYTES];
    for (int i = 0; i < 3 * colours(flags); i++) {
      colours[i] = (byte) bytes.u8(at + i);
    }
    return colours;
  }

  /** What PIL makes of a file without any palette. */
  private static byte[] grayRamp() {
    byte[] colours = new byte[IndexedBytes.PALETTE_BYTES];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (byte) (i / 3);
    }
    return colours;
  }
}
