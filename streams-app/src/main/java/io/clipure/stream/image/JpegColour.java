package io.clipure.stream.image;

/**
 * JPEG colour conversion with libjpeg's 16-bit fixed-point constants (JFIF 1.02, ITU-R BT.601 full
 * range), and PIL's inverted CMYK.
 */
final class JpegColour {
  private static final int[] CR_TO_R = new int[256];
  private static final int[] CB_TO_B = new int[256];
  private static final int[] CR_TO_G = new int[256];
  private static final int[] CB_TO_G = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      CR_TO_R[i] = fixed(1.40200) * x + 0x8000 >> 16;
      CB_TO_B[i] = fixed(1.77200) * x + 0x8000 >> 16;
      CR_TO_G[i] = -fixed(0.71414) * x;
      CB_TO_G[i] = -fixed(0.34414) * x + 0x8000;
    }
  }

  private JpegColour() {}

  private static int fixed(double value) {
    return (int) (value * 65536 + 0.5);
  }

  private static int clamp(int value) {
    return (value & ~255) == 0 ? value : value < 0 ? 0 : 255;
  }

  /** {@code (a * b) / 255}, rounded, without a division. */
  private static int mulDiv255(int a, int b) {
    int t = a * b + 128;
    return (t >> 8) + t >> 8;
  }

  /** Three components: luma and two chroma. */
  record Ycc(InterleavedBytes samples) implements PixelSource {
    @Override
    public int width() {
      return samples.width();
    }

    @Override
    public int height() {
      return samples.height();
    }

    @Override
    public void read(int x, int y, int count, byte[] rgb, int at) {
      byte[] data = samples.data();
      int from = samples.index(x, y);
      for (int end = at + 3 * count; at < end; at += 3, from += 3) {
        int luma = data[from] & 0xff;
        int cb = data[from + 1] & 0xff;
        int cr = data[from + 2] & 0xff;
        rgb[at] = (byte) clamp(luma + CR_TO_R[cr]);
        rgb[at + 1] = (byte) clamp(luma + (CB_TO_G[cb] + CR_TO_G[cr] >> 16));
        rgb[at + 2] = (byte) clamp(luma + CB_TO_B[cb]);
      }
    }
  }

  /** Four components, stored inverted as Adobe does and as PIL assumes. */
  record Cmyk(InterleavedBytes samples) implements PixelSource {
    @Override
    public int width() {
      return samples.width();
    }

    @Override
    public int height() {
      return samples.height();
    }

    @Override
    public void read(int x, int y, int count, byte[] rgb, int at) {
      byte[] data = samples.data();
      int from = samples.index(x, y);
      for (int end = at + 3 * count; at < end; at += 3, from += 4) {
        int light = data[from + 3] & 0xff;
        for (int c = 0; c < 3; c++) {
          int ink = 255 - (data[from + c] & 0xff);
          rgb[at + c] = (byte) clamp(light - mulDiv255(ink, light));
        }
      }
    }
  }

  /** Four components of which the first three are coded as luma and chroma. */
  record Ycck(InterleavedBytes samples) implements PixelSource {
    @Override
    public int width() {
      return samples.width();
    }

    @Override
    public int height() {
      return samples.height();
    }

    @Override
    public void read(int x, int y, int count, byte[] rgb, int at) {
      byte[] data = samples.data();
      int from = samples.index(x, y);
      for (int end = at + 3 * count; at < end; at += 3, from += 4) {
        int luma = data[from] & 0xff;
        int cb = data[from + 1] & 0xff;
        int cr = data[from + 2] & 0xff;
        int light = data[from + 3] & 0xff;
        // libjpeg yields C = 255 - R and so on; PIL's inversion makes the ink R again.
        int cyan = clamp(luma + CR_TO_R[cr]);
        int magenta = clamp(luma + (CB_TO_G[cb] + CR_TO_G[cr] >> 16));
        int yellow = clamp(luma + CB_TO_B[cb]);
        rgb[at] = (byte) clamp(light - mulDiv255(cyan, light));
        rgb[at + 1] = (byte) clamp(light - mulDiv255(magenta, light));
        rgb[at + 2] = (byte) clamp(light - mulDiv255(yellow, light));
      }
    }
  }
}
