package io.clipure.stream.image;

import java.util.List;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Encoded bytes, in a few parts, for an {@link javax.imageio.ImageReader}, without a copy and
 * without Image I/O's cache.
 *
 * <p>It remembers whether the reader asked for more than there is. The JDK's JPEG reader answers a
 * missing end by inventing one and painting the rest grey, with a localised warning as the only
 * sign; having asked for more is the sign that does not depend on its words.
 */
final class SliceImageInputStream extends ImageInputStreamImpl {
  private final List<ByteSlice> parts;
  private final long length;
  private boolean ranOut;

  SliceImageInputStream(List<ByteSlice> parts) {
    this.parts = parts;
    this.length = parts.stream().mapToLong(ByteSlice::length).sum();
  }

  /** Whether a read was answered with "no more". */
  boolean ranOut() {
    return ranOut;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read() {
    bitOffset = 0;
    long at = streamPos;
    for (ByteSlice part : parts) {
      if (at < part.length()) {
        streamPos++;
        return part.array()[part.offset() + (int) at] & 0xff;
      }
      at -= part.length();
    }
    ranOut = true;
    return -1;
  }

  @Override
  public int read(byte[] to, int start, int count) {
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    long at = streamPos;
    for (ByteSlice part : parts) {
      if (at < part.length()) {
        int n = (int) Math.min(part.length() - at, count);
        System.arraycopy(part.array(), part.offset() + (int) at, to, start, n);
        streamPos += n;
        return n;
      }
      at -= part.length();
    }
    ranOut = true;
    return -1;
  }
}
