package io.clipure.stream.image;

import java.io.IOException;

/**
 * JPEG: baseline, extended and progressive Huffman, 8 bits; gray, YCbCr, RGB, CMYK and YCCK.
 *
 * <p>Only entropy decoding, inverse DCT and upsampling are left to the JDK. Colour conversion is
 * done here: the JDK guesses colour spaces differently from libjpeg, applies embedded profiles, and
 * has no CMYK.
 *
 * <p>A file that ends before its end marker is refused, as PIL does. Damage inside a file that has
 * its end marker is decoded the way libjpeg, PIL and browsers decode it, so that what is judged is
 * what people would see.
 */
final class JpegImage implements EncodedImage {
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  /**
   * Encoders write about ten scans. A few bytes buy another pass over all blocks, so that without a
   * limit one small file occupies a core for hours.
   */
  private static final int MOST_SCANS = 100;

  private final ByteSlice bytes;
  private ImageHeader header;
  private int[] componentIds;
  private int orientation = 1;
  private boolean jfif;
  private boolean exif;
  private int adobeTransform = -1;
  private boolean progressive;

  private JpegImage(ByteSlice bytes) {
    this.bytes = bytes;
  }

  static JpegImage parse(ByteSlice bytes) throws RejectedException {
    JpegImage image = new JpegImage(bytes);
    image.readSegments();
    return image;
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws IOException, RejectedException {
    InterleavedBytes samples = readers.jpeg().read(bytes, header);
    if (samples.pixelStride() != componentIds.length) {
      throw new IOException(
          "decoder found " + samples.pixelStride() + " components of " + componentIds.length);
    }
    return switch (componentIds.length) {
      case 1 -> samples;
      case 3 -> isYcc() ? new JpegColour.Ycc(samples) : samples;
      default -> adobeTransform > 0 ? new JpegColour.Ycck(samples) : new JpegColour.Cmyk(samples);
    };
  }

  /** libjpeg's rule for three components: markers first, then component ids. */
  private boolean isYcc() {
    if (jfif) {
      return true;
    }
    if (adobeTransform >= 0) {
      return adobeTransform != 0;
    }
    return !(componentIds[0] == 'R' && componentIds[1] == 'G' && componentIds[2] == 'B');
  }

  private void readSegments() throws RejectedException {
    int at = 2;
    while (true) {
      // Between segments libjpeg skips anything up to the next marker, and fill bytes.
      while (bytes.u8(at) != 0xff) {
        at++;
      }
      while (bytes.u8(at) == 0xff) {
        at++;
      }
      int marker = bytes.u8(at++);
      if (marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8) {
        continue;
      }
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
        break;
      }
      int length = bytes.u16be(at);
      if (length < 2) {
        throw RejectedException.corrupt(
            "JPEG segment length is " + length + ", expected at least 2; the file is damaged");
      }
      readSegment(marker, bytes.slice(at + 2, length - 2));
      at += length;
    }
    if (componentIds == null) {
      throw RejectedException.corrupt("JPEG has no frame header; the file is damaged");
    }
    // With several scans all coefficients, 16 bits each, are held natively until the end.
    boolean severalScans = progressive || bytes.u8(at + 2) < componentIds.length;
    if (severalScans) {
      requireFewScans(at);
    }
    header =
        new ImageHeader(
            ImageFormat.JPEG,
            header.width(),
            header.height(),
            orientation,
            header.pixels() * componentIds.length * (severalScans ? 3 : 1));
  }

  private void requireFewScans(int from) throws RejectedException {
    int scans = 1;
    byte[] data = bytes.array();
    for (int i = bytes.offset() + from, end = bytes.offset() + bytes.length() - 1; i < end; i++) {
      if (data[i] == -1 && (data[i + 1] & 0xff) == START_OF_SCAN && ++scans > MOST_SCANS) {
        throw RejectedException.unsupported(
            "JPEG has more than "
                + MOST_SCANS
                + " scans, which no encoder writes; save the image again");
      }
    }
  }

  private void readSegment(int marker, ByteSlice body) throws RejectedException {
    boolean startOfFrame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (startOfFrame) {
      readFrame(marker, body);
    } else if (marker == 0xe0 && body.length() >= 14 && body.startsWith(0, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xe1 && !exif && body.startsWith(0, "Exif\0\0")) {
      exif = true;
      orientation = ExifOrientation.of(body);
    } else if (marker == 0xee && body.length() >= 12 && body.startsWith(0, "Adobe")) {
      adobeTransform = body.u8(11);
    }
  }

  private void readFrame(int marker, ByteSlice body) throws RejectedException {
    if (componentIds != null) {
      throw RejectedException.corrupt("JPEG has two frame headers, expected one");
    }
    if (marker > 0xc2) {
      throw RejectedException.unsupported(
          "JPEG of kind SOF"
              + (marker - 0xc0)
              + "; expected baseline, extended or progressive Huffman coding, convert the file");
    }
    int precision = body.u8(0);
    int components = body.u8(5);
    if (precision != 8 || components != 1 && components != 3 && components != 4) {
      throw RejectedException.unsupported(
          "JPEG with "
              + components
              + " components of "
              + precision
              + " bits; expected 1, 3 or 4 of 8 bits, convert the file");
    }
    int height = body.u16be(1);
    int width = body.u16be(3);
    EncodedImage.requireDimensions(ImageFormat.JPEG, width, height);
    componentIds = new int[components];
    for (int i = 0; i < components; i++) {
      componentIds[i] = body.u8(6 + 3 * i);
    }
    progressive = marker == 0xc2;
    header = new ImageHeader(ImageFormat.JPEG, width, height, 1, 0);
  }
}
