package io.clipure.stream.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Encoded bytes for an {@link javax.imageio.ImageReader}, without a copy and without Image I/O's
 * cache.
 *
 * <p>It remembers whether the reader asked for more than there is. The JDK's JPEG reader answers a
 * missing end by inventing one and painting the rest grey, with a localised warning as the only
 * sign; having asked for more is the sign that does not depend on its words.
 */
final class SliceImageInputStream extends ImageInputStreamImpl {
  private final ByteSlice bytes;
  private boolean ranOut;

  SliceImageInputStream(ByteSlice bytes) {
    this.bytes = bytes;
  }

  /** Whether a read was answered with "no more". */
  boolean ranOut() {
    return ranOut;
  }

  @Override
  public long length() {
    return bytes.length();
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= bytes.length()) {
      ranOut = true;
      return -1;
    }
    return bytes.array()[bytes.offset() + (int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] to, int at, int count) {
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    int left = (int) Math.max(0, bytes.length() - streamPos);
    if (left == 0) {
      ranOut = true;
      return -1;
    }
    int n = Math.min(left, count);
    System.arraycopy(bytes.array(), bytes.offset() + (int) streamPos, to, at, n);
    streamPos += n;
    return n;
  }
}
