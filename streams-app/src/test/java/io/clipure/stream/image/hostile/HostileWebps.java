package io.clipure.stream.image.hostile;

import java.util.List;
import java.util.Random;

/** WebPs that lie, bomb or bewilder (RFC 9649, RFC 6386). */
final class HostileWebps {
  private static final int MOST_SIDE = 16383;

  private HostileWebps() {}

  static List<HostileImage> all() {
    Catalogue to = new Catalogue();
    dimensions(to);
    containers(to);
    streams(to);
    return to.images();
  }

  private static void dimensions(Catalogue to) {
    to.kind("pixel bombs");
    to.add(
        "lossy WebP of 16383x16383", Catalogue.TOO_MANY_PIXELS, () -> lossy(MOST_SIDE, MOST_SIDE));
    to.add(
        "lossless WebP of 16384x16384 in 30 bytes",
        Catalogue.TOO_MANY_PIXELS,
        () -> flat(16384, 16384));
    to.add(
        "WebP canvas of 16777216x16777216",
        Catalogue.TOO_MANY_PIXELS,
        () -> animation(1 << 24, 1 << 24, 1, 1, 1, vp8l(1, 1)));
    to.kind("just below the limit");
    to.add("lossless WebP of 3150x3150 in 30 bytes", Catalogue.VERDICT, () -> flat(3150, 3150));
    to.add("lossy WebP of 3150x3150 in 600 bytes", Catalogue.ANY, () -> lossy(3150, 3150));
    to.add(
        "one pixel on a WebP canvas of 3150x3150",
        Catalogue.VERDICT,
        () -> animation(3150, 3150, 1, 1, 1, vp8l(1, 1)));
    to.kind("dimensions");
    to.add("lossy WebP of 0x0", Catalogue.CORRUPT, () -> lossy(0, 0));
    to.add("lossy WebP of 0x44", Catalogue.CORRUPT, () -> lossy(0, 44));
    for (int[] size : new int[][] {{1, 16383}, {16383, 1}, {1, 1}, {600, 600}}) {
      to.add(
          "lossy WebP of " + size[0] + "x" + size[1] + " with the data of another",
          Catalogue.ANY,
          () -> lossy(size[0], size[1]));
    }
    to.kind("native memory bombs");
    to.add(
        "65536 sets of prefix codes for one colour", Catalogue.ANY, () -> WebpBits.manyCodes(1024));
    to.add("1024 sets of prefix codes", Catalogue.VERDICT, () -> WebpBits.manyCodes(128));
  }

  private static void containers(Catalogue to) {
    to.kind("WebP structure");
    byte[] still = Originals.read("webp-lossy.webp");
    for (int size : new int[] {0, 4, 11, 12, 20, 0x7fffffff, -1, Integer.MIN_VALUE}) {
      to.add("RIFF of " + size + " bytes", Catalogue.CORRUPT, () -> le32(still, 4, size));
    }
    for (int size : new int[] {0, 1, 9, 10, 0x7fffffff, -1}) {
      to.add("a bitstream of " + size + " bytes", Catalogue.ANY, () -> le32(still, 16, size));
    }
    byte[] alpha = Originals.read("webp-alpha.webp");
    for (int flags = 0; flags < 256; flags += 17) {
      int value = flags;
      to.add(
          "extended header with flags " + Integer.toHexString(flags),
          Catalogue.ANY,
          () -> ByteWriter.patched(alpha, 20, value));
    }
    to.add(
        "a canvas larger than the frame",
        Catalogue.CORRUPT,
        () -> ByteWriter.patched(alpha, 24, 255, 1, 0));
    to.add(
        "an animation of 100000 frames",
        Catalogue.VERDICT,
        () -> animation(8, 8, 8, 8, 100_000, vp8l(8, 8)));
    to.add(
        "an animation of no frame", Catalogue.CORRUPT, () -> animation(8, 8, 8, 8, 0, vp8l(8, 8)));
    to.add(
        "a frame outside its canvas",
        Catalogue.CORRUPT,
        () -> animation(8, 8, 9, 8, 1, vp8l(9, 8)));
    to.add(
        "a frame whose bitstream has another size",
        Catalogue.CORRUPT,
        () -> animation(8, 8, 8, 8, 1, vp8l(9, 8)));
    to.add(
        "a frame without bitstream",
        Catalogue.CORRUPT,
        () -> animation(8, 8, 8, 8, 1, new byte[0]));
    to.add(
        "2 million empty chunks",
        Catalogue.ANY,
        () ->
            extended(
                8,
                8,
                0,
                new ByteWriter().repeat(2_000_000, chunk("JUNK", new byte[0])).toBytes(),
                vp8l(8, 8)));
    for (String type : List.of("ICCP", "XMP ", "ALPH", "ANIM", "EXIF")) {
      to.add(
          "8 MB of garbage in " + type,
          Catalogue.ANY,
          () -> extended(8, 8, 0x3c, chunk(type, HostileJpegs.filled(8 << 20, 0x5a)), vp8l(8, 8)));
    }
    ExifBlocks.all()
        .forEach(
            (name, block) ->
                to.add(
                    "Exif in WebP: " + name,
                    Catalogue.VERDICT,
                    () -> extended(8, 8, 8, vp8l(8, 8), chunk("EXIF", block))));
  }

  private static void streams(Catalogue to) {
    to.kind("WebP bitstreams");
    to.add(
        "a lossless stream of its header",
        Catalogue.CORRUPT,
        () -> file(chunk("VP8L", new byte[] {0x2f, 7, 0, 0, 0})));
    to.add(
        "a lossless stream of version 7",
        Catalogue.ANY,
        () -> ByteWriter.patched(flat(9, 9), 24, 0xe0));
    Random random = new Random(11);
    for (String name : List.of("webp-lossy.webp", "webp-lossless.webp")) {
      byte[] sound = Originals.read(name);
      for (int i = 0; i < 10; i++) {
        byte[] noisy = sound.clone();
        for (int at = 30 + 3 * i; at < noisy.length; at++) {
          noisy[at] = (byte) random.nextInt();
        }
        to.add(name + " with noise from byte " + (30 + 3 * i), Catalogue.ANY, () -> noisy);
      }
    }
  }

  /** A lossy file with another size in its frame header. */
  private static byte[] lossy(int width, int height) {
    return ByteWriter.patched(
        Originals.read("webp-lossy.webp"), 26, width, width >> 8, height, height >> 8);
  }

  private static byte[] flat(int width, int height) {
    return file(vp8l(width, height));
  }

  /** A lossless chunk of one colour. */
  private static byte[] vp8l(int width, int height) {
    WebpBits bits = new WebpBits().header(width, height).bits(0, 3);
    for (int i = 0; i < 5; i++) {
      bits.trivialCode();
    }
    byte[] file = bits.file();
    return new ByteWriter().bytes(file, 12, file.length).toBytes();
  }

  private static byte[] file(byte[]... chunks) {
    ByteWriter body = new ByteWriter().text("WEBP");
    for (byte[] chunk : chunks) {
      body.bytes(chunk);
    }
    return new ByteWriter().text("RIFF").le32(body.size()).bytes(body.toBytes()).toBytes();
  }

  private static byte[] extended(int width, int height, int flags, byte[] first, byte[] second) {
    byte[] header = new ByteWriter().le32(flags).le24(width - 1).le24(height - 1).toBytes();
    return file(chunk("VP8X", header), first, second);
  }

  private static byte[] animation(
      int width, int height, int frameWidth, int frameHeight, int frames, byte[] stream) {
    byte[] frame =
        chunk(
            "ANMF",
            new ByteWriter()
                .le24(0)
                .le24(0)
                .le24(frameWidth - 1)
                .le24(frameHeight - 1)
                .le32(0)
                .bytes(stream)
                .toBytes());
    return extended(
        width,
        height,
        2,
        chunk("ANIM", new byte[6]),
        new ByteWriter().repeat(frames, frame).toBytes());
  }

  private static byte[] chunk(String type, byte[] body) {
    return new ByteWriter()
        .text(type)
        .le32(body.length)
        .bytes(body)
        .bytes(new byte[body.length & 1])
        .toBytes();
  }

  private static byte[] le32(byte[] bytes, int at, int value) {
    return ByteWriter.patched(bytes, at, value, value >> 8, value >> 16, value >> 24);
  }
}
