package io.clipure.stream.image.hostile;

import java.util.List;
import java.util.Random;

/** GIFs that lie, bomb or bewilder (GIF89a). */
final class HostileGifs {
  private static final byte[] PIXEL = {2, 2, 0x44, 1, 0};

  private HostileGifs() {}

  static List<HostileImage> all() {
    Catalogue to = new Catalogue();
    dimensions(to);
    codes(to);
    blocks(to);
    return to.images();
  }

  private static void dimensions(Catalogue to) {
    to.kind("pixel bombs");
    to.add("GIF of 65535x65535", Catalogue.TOO_MANY_PIXELS, () -> gif(65535, 65535, 1, 1, PIXEL));
    to.add(
        "GIF frame of 65535x65535",
        Catalogue.TOO_MANY_PIXELS,
        () -> gif(1, 1, 65535, 65535, PIXEL));
    to.add(
        "GIF frame at 65535, 65535",
        Catalogue.TOO_MANY_PIXELS,
        () ->
            new ByteWriter()
                .bytes(screen(1, 1))
                .u8(0x2c)
                .le16(65535)
                .le16(65535)
                .le16(1)
                .le16(1)
                .u8(0)
                .bytes(PIXEL)
                .u8(0x3b)
                .toBytes());
    to.kind("just below the limit");
    to.add(
        "one pixel on a screen of 3150x3150",
        Catalogue.VERDICT,
        () -> gif(3150, 3150, 1, 1, PIXEL));
    to.add(
        "3150x3150 pixels in runs of thousands",
        Catalogue.VERDICT,
        () -> gif(3150, 3150, 3150, 3150, runs(3150 * 3150)));
    to.kind("dimensions");
    int[][] sizes = {{0, 1}, {1, 0}, {0, 0}};
    for (int[] size : sizes) {
      to.add(
          "GIF frame of " + size[0] + "x" + size[1],
          Catalogue.CORRUPT,
          () -> gif(9, 9, size[0], size[1], PIXEL));
      to.add(
          "GIF screen of " + size[0] + "x" + size[1],
          Catalogue.VERDICT,
          () -> gif(size[0], size[1], 1, 1, PIXEL));
    }
  }

  private static void codes(Catalogue to) {
    to.kind("GIF codes");
    for (int size : new int[] {0, 1, 2, 8, 11, 12, 13, 255}) {
      to.add(
          "code size " + size,
          size == 0 || size > 11 ? Catalogue.CORRUPT : Catalogue.ANY,
          () -> gif(9, 9, 9, 9, ByteWriter.patched(runs(81), 0, size)));
    }
    to.add(
        "clear codes almost without end",
        Catalogue.ANY,
        () -> gif(9, 9, 9, 9, subBlocks(2, HostileJpegs.filled(8 << 20, 0x24))));
    to.add(
        "a code that is not in the table",
        Catalogue.CORRUPT,
        () -> gif(9, 9, 9, 9, subBlocks(8, HostileJpegs.filled(100, 0xff))));
    to.add(
        "the end at once", Catalogue.CORRUPT, () -> gif(9, 9, 9, 9, subBlocks(2, new byte[] {5})));
    to.add("no data", Catalogue.CORRUPT, () -> gif(9, 9, 9, 9, new byte[] {8, 0}));
    to.add(
        "data blocks of one byte",
        Catalogue.ANY,
        () -> {
          ByteWriter out = new ByteWriter().u8(2);
          for (int i = 0; i < 100_000; i++) {
            out.u8(1, 0x44);
          }
          return gif(900, 900, 900, 900, out.u8(0).toBytes());
        });
    Random random = new Random(7);
    for (int i = 0; i < 12; i++) {
      byte[] noise = new byte[20_000];
      random.nextBytes(noise);
      int size = 2 + i % 7;
      to.add(
          "noise " + i + " as codes of size " + size,
          Catalogue.ANY,
          () -> gif(300, 300, 300, 300, subBlocks(size, noise)));
    }
  }

  private static void blocks(Catalogue to) {
    to.kind("GIF structure");
    to.add(
        "100000 frames",
        Catalogue.VERDICT,
        () ->
            new ByteWriter()
                .bytes(screen(1, 1))
                .repeat(100_000, frame(1, 1, PIXEL))
                .u8(0x3b)
                .toBytes());
    to.add(
        "4 million empty extensions before the frame",
        Catalogue.VERDICT,
        () ->
            new ByteWriter()
                .bytes(screen(1, 1))
                .repeat(4_000_000, new byte[] {0x21, (byte) 0xfe, 0})
                .bytes(frame(1, 1, PIXEL))
                .u8(0x3b)
                .toBytes());
    to.add(
        "16 MB between blocks",
        Catalogue.VERDICT,
        () ->
            new ByteWriter()
                .bytes(screen(1, 1))
                .bytes(new byte[16 << 20])
                .bytes(frame(1, 1, PIXEL))
                .toBytes());
    to.add(
        "an extension without end",
        Catalogue.CORRUPT,
        () ->
            new ByteWriter()
                .bytes(screen(1, 1))
                .u8(0x21, 0xff)
                .bytes(HostileJpegs.filled(5000, 255))
                .toBytes());
    to.add(
        "no frame",
        Catalogue.CORRUPT,
        () -> new ByteWriter().bytes(screen(9, 9)).u8(0x3b).toBytes());
    to.add("the screen alone", Catalogue.CORRUPT, () -> screen(9, 9));
    to.add(
        "a palette that is not there",
        Catalogue.CORRUPT,
        () -> ByteWriter.patched(gif(9, 9, 9, 9, runs(81)), 10, 0xf7));
    to.add(
        "indexes outside the palette",
        Catalogue.VERDICT,
        () ->
            new ByteWriter()
                .text("GIF89a")
                .le16(16)
                .le16(16)
                .u8(0x80, 0, 0, 1, 2, 3, 4, 5, 6)
                .bytes(frame(16, 16, subBlocks(8, literals(256))))
                .toBytes());
    to.add(
        "a transparent colour outside the palette",
        Catalogue.VERDICT,
        () ->
            new ByteWriter()
                .bytes(screen(40, 40))
                .u8(0x21, 0xf9, 4, 1, 0, 0, 255, 0)
                .bytes(frame(1, 1, PIXEL))
                .toBytes());
    to.add(
        "a control block that is too short",
        Catalogue.ANY,
        () ->
            new ByteWriter()
                .bytes(screen(4, 4))
                .u8(0x21, 0xf9, 1, 1, 0)
                .bytes(frame(1, 1, PIXEL))
                .toBytes());
  }

  private static byte[] screen(int width, int height) {
    return new ByteWriter().text("GIF89a").le16(width).le16(height).u8(0, 0, 0).toBytes();
  }

  private static byte[] frame(int width, int height, byte[] data) {
    return new ByteWriter()
        .u8(0x2c)
        .le16(0)
        .le16(0)
        .le16(width)
        .le16(height)
        .u8(0)
        .bytes(data)
        .toBytes();
  }

  static byte[] gif(int width, int height, int frameWidth, int frameHeight, byte[] data) {
    return new ByteWriter()
        .bytes(screen(width, height))
        .bytes(frame(frameWidth, frameHeight, data))
        .u8(0x3b)
        .toBytes();
  }

  private static byte[] subBlocks(int codeSize, byte[] codes) {
    ByteWriter out = new ByteWriter().u8(codeSize);
    for (int at = 0; at < codes.length; at += 255) {
      int end = Math.min(codes.length, at + 255);
      out.u8(end - at).bytes(codes, at, end);
    }
    return out.u8(0).toBytes();
  }

  /** Nine-bit literals, each after a clear code, so that the code width never grows. */
  private static byte[] literals(int count) {
    BitsOut out = new BitsOut();
    for (int i = 0; i < count; i++) {
      out.bits(256, 9).bits(i & 255, 9);
    }
    return out.bits(257, 9).toBytes();
  }

  /** One colour in codes that each repeat one pixel more: the fewest bytes for so many pixels. */
  private static byte[] runs(int pixels) {
    BitsOut out = new BitsOut().bits(256, 9).bits(0, 9);
    int next = 258;
    int width = 9;
    for (int done = 1, run = 2; done < pixels; run++) {
      out.bits(next, width);
      done += run;
      next++;
      if (next == 1 << width && width < 12) {
        width++;
      }
      if (next == 4094) {
        out.bits(256, width).bits(0, 9);
        done++;
        next = 258;
        width = 9;
        run = 1;
      }
    }
    return subBlocks(8, out.bits(257, width).bits(0, 12).toBytes());
  }

  /** Codes, least significant bit first. */
  private static final class BitsOut {
    private final ByteWriter out = new ByteWriter();
    private int pending;
    private int count;

    BitsOut bits(int value, int bits) {
      pending |= value << count;
      count += bits;
      while (count >= 8) {
        out.u8(pending & 0xff);
        pending >>>= 8;
        count -= 8;
      }
      return this;
    }

    byte[] toBytes() {
      return out.u8(pending & 0xff).toBytes();
    }
  }
}
