package io.clipure.stream.image;

import java.io.IOException;

/**
 * PNG: every colour type, bit depth and interlacing of the standard (W3C PNG, third edition).
 *
 * <p>Only the chunks that make pixels are read (IHDR, PLTE, IDAT, and eXIf for the orientation), so
 * compressed text and profiles cannot be used as bombs. The first image of an animated PNG is its
 * default image. Checksums are not verified, as PIL does not for image data.
 */
final class PngImage implements EncodedImage {
  private final ImageHeader header;
  private final PngLayout layout;
  private final byte[] palette;
  private final ByteSlice bytes;
  private final int firstData;

  private PngImage(
      ImageHeader header, PngLayout layout, byte[] palette, ByteSlice bytes, int firstData) {
    this.header = header;
    this.layout = layout;
    this.palette = palette;
    this.bytes = bytes;
    this.firstData = firstData;
  }

  static PngImage parse(ByteSlice bytes) throws RejectedException {
    if (!bytes.startsWith(12, "IHDR")) {
      bytes.slice(8, 25);
      throw RejectedException.corrupt("PNG does not start with IHDR; the file is damaged");
    }
    ByteSlice ihdr = bytes.slice(16, 13);
    PngLayout layout =
        new PngLayout(ihdr.s32be(0), ihdr.s32be(4), ihdr.u8(9), ihdr.u8(8), ihdr.u8(12) == 1);
    EncodedImage.requireDimensions(ImageFormat.PNG, layout.width(), layout.height());
    if (!layout.isStandard() || ihdr.u8(10) != 0 || ihdr.u8(11) != 0 || ihdr.u8(12) > 1) {
      throw RejectedException.corrupt(
          "PNG header names colour type "
              + layout.colourType()
              + " with "
              + layout.bitDepth()
              + " bits, which the standard does not have; the file is damaged");
    }
    byte[] palette = null;
    int firstData = bytes.length();
    int orientation = 1;
    PngChunks chunks = new PngChunks(bytes, 8 + 25);
    while (chunks.advance()) {
      if (chunks.is("IDAT")) {
        firstData = Math.min(firstData, chunks.at());
      } else if (chunks.is("PLTE") && palette == null) {
        palette = palette(chunks.data());
      } else if (chunks.is("eXIf")) {
        orientation = ExifOrientation.of(chunks.dataThatIsThere());
      }
    }
    if (layout.isIndexed() && palette == null) {
      throw RejectedException.corrupt("PNG with palette colours has no PLTE; the file is damaged");
    }
    return new PngImage(
        new ImageHeader(
            ImageFormat.PNG, layout.width(), layout.height(), orientation, layout.peakBytes()),
        layout,
        palette,
        bytes,
        firstData);
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws IOException, RejectedException {
    return new PngDecoder(layout, new PngChunks(bytes, firstData)).decode(palette);
  }

  /** Entries that the file leaves out are black in PIL. */
  private static byte[] palette(ByteSlice entries) throws RejectedException {
    byte[] palette = new byte[IndexedBytes.PALETTE_BYTES];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) (i < entries.length() ? entries.u8(i) : 0);
    }
    return palette;
  }
}
