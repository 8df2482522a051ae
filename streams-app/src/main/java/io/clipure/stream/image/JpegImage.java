package io.clipure.stream.image;

import java.io.IOException;
import java.util.List;

/**
 * JPEG: baseline, extended and progressive Huffman, 8 bits; gray, YCbCr, RGB, CMYK and YCCK.
 *
 * <p>Only entropy decoding, inverse DCT and upsampling are left to the JDK. Colour conversion is
 * done here: the JDK guesses colour spaces differently from libjpeg, applies embedded profiles, and
 * has no CMYK. Profiles, Exif and comments before the first scan are not shown to it at all: no
 * pixel depends on them, and their native parsers are none of an uploader's business.
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

  /**
   * Most samples decoded in all passes together. The JDK transforms and upsamples the whole image
   * once a scan, at about two nanoseconds a sample. What encoders write passes: ten scans of 40
   * megapixels with subsampled chroma, or of 28 without.
   */
  private static final long MOST_SAMPLES = 850_000_000;

  private final ByteSlice bytes;
  private JpegFrame frame;
  private ImageHeader header;
  private int firstScan;
  private int keptBytes;
  private int orientation = 1;
  private boolean jfif;
  private boolean exif;
  private int adobeTransform = -1;

  private JpegImage(ByteSlice bytes) {
    this.bytes = bytes;
  }

  static JpegImage parse(ByteSlice bytes) throws RejectedException {
    JpegImage image = new JpegImage(bytes);
    image.readSegments(null);
    image.finishHeader();
    return image;
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public PixelSource decode(NativeReaders readers) throws IOException, RejectedException {
    if (severalScans()) {
      requireLittleWork();
    }
    byte[] head = new byte[keptBytes];
    head[0] = (byte) 0xff;
    head[1] = (byte) 0xd8;
    readSegments(head);
    InterleavedBytes samples =
        readers
            .jpeg()
            .read(
                List.of(
                    new ByteSlice(head, 0, head.length),
                    bytes.slice(firstScan, bytes.length() - firstScan)),
                header);
    if (samples.pixelStride() != frame.components()) {
      throw new IOException(
          "decoder found " + samples.pixelStride() + " components of " + frame.components());
    }
    return switch (frame.components()) {
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
    int[] ids = frame.ids();
    return !(ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B');
  }

  /**
   * Walks the segments before the first scan. There can be millions, so none is kept.
   *
   * @param kept receives the segments that decoding needs, on a second walk; null on the first,
   *     which reads the header and counts
   */
  private void readSegments(byte[] kept) throws RejectedException {
    int at = 2;
    int keptTo = 2;
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
        firstScan = at - 2;
        keptBytes = keptTo;
        return;
      }
      int length = bytes.u16be(at);
      if (length < 2) {
        throw RejectedException.corrupt(
            "JPEG segment length is " + length + ", expected at least 2; the file is damaged");
      }
      bytes.require(at, length);
      if (kept == null) {
        readSegment(marker, at + 2, length - 2);
      }
      if (!isMetadata(marker)) {
        if (kept != null) {
          // With the marker's 0xff before it.
          System.arraycopy(bytes.array(), bytes.offset() + at - 2, kept, keptTo, length + 2);
        }
        keptTo += length + 2;
      }
      at += length;
    }
  }

  /** Application data but for JFIF and Adobe, which name the colour space; and comments. */
  private static boolean isMetadata(int marker) {
    return marker > 0xe0 && marker <= 0xef && marker != 0xee || marker == 0xfe;
  }

  private void readSegment(int marker, int at, int length) throws RejectedException {
    boolean startOfFrame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (startOfFrame) {
      if (frame != null) {
        throw RejectedException.corrupt("JPEG has two frame headers, expected one");
      }
      frame = JpegFrame.read(marker, bytes.slice(at, length));
    } else if (marker == 0xe0 && length >= 14 && bytes.startsWith(at, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xe1 && !exif && length >= 6 && bytes.startsWith(at, "Exif\0\0")) {
      exif = true;
      orientation = ExifOrientation.of(bytes.slice(at, length));
    } else if (marker == 0xee && length >= 12 && bytes.startsWith(at, "Adobe")) {
      adobeTransform = bytes.u8(at + 11);
    }
  }

  private void finishHeader() throws RejectedException {
    if (frame == null) {
      throw RejectedException.corrupt("JPEG has no frame header; the file is damaged");
    }
    header =
        new ImageHeader(
            ImageFormat.JPEG,
            frame.width(),
            frame.height(),
            orientation,
            // The decoder itself holds the segments that stand between scans.
            frame.peakBytes(severalScans()) + keptBytes + bytes.length() - firstScan);
  }

  private boolean severalScans() throws RejectedException {
    return frame.progressive() || bytes.u8(firstScan + 4) < frame.components();
  }

  private void requireLittleWork() throws RejectedException {
    long most = Math.min(MOST_SCANS, MOST_SAMPLES / frame.codedSamples());
    int scans = 0;
    byte[] data = bytes.array();
    int end = bytes.offset() + bytes.length() - 1;
    for (int i = bytes.offset() + firstScan; i < end; i++) {
      if (data[i] == -1 && (data[i + 1] & 0xff) == START_OF_SCAN && ++scans > most) {
        throw new RejectedException(
            RejectionReason.TOO_MUCH_WORK,
            "JPEG of "
                + frame.width()
                + "x"
                + frame.height()
                + " pixels has more than "
                + most
                + " scans, more work than one image may cost; save it as baseline JPEG");
      }
    }
  }
}
