package io.clipure.stream.image.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** PNGs that lie, bomb or bewilder (W3C PNG, third edition). */
final class HostilePngs {
  private static final int MOST_SIDE = HostileImages.MOST_SIDE;

  private HostilePngs() {}

  static List<HostileImage> all() {
    Catalogue catalogue = new Catalogue();
    dimensions(catalogue);
    data(catalogue);
    chunks(catalogue);
    colours(catalogue);
    return catalogue.images();
  }

  private static void dimensions(Catalogue to) {
    to.kind("pixel bombs");
    to.add(
        "PNG of 30000x30000 that holds them",
        Catalogue.TOO_MANY_PIXELS,
        () -> png(30_000, 30_000, 1, 0, 0, zeros(30_000L * 3751)));
    to.add(
        "PNG of 2147483647x2147483647",
        Catalogue.TOO_MANY_PIXELS,
        () -> png(Integer.MAX_VALUE, Integer.MAX_VALUE, 16, 6, 1, zeros(9)));
    to.add(
        "PNG of 40000001x1",
        Catalogue.TOO_MANY_PIXELS,
        () -> png(40_000_001, 1, 8, 0, 0, zeros(9)));
    to.kind("just below the limit");
    for (int interlaced = 0; interlaced < 2; interlaced++) {
      int interlacing = interlaced;
      to.add(
          "PNG of ten megapixels in 16-bit RGBA, interlacing " + interlacing,
          Catalogue.VERDICT,
          () ->
              png(
                  MOST_SIDE,
                  MOST_SIDE,
                  16,
                  6,
                  interlacing,
                  zeros(MOST_SIDE * (MOST_SIDE * 8L + 2) + 100_000)));
    }
    to.add(
        "PNG of 1x9900000",
        Catalogue.VERDICT,
        () -> png(1, 9_900_000, 8, 2, 0, zeros(9_900_000L * 4)));
    to.add(
        "PNG of 9900000x1",
        Catalogue.VERDICT,
        () -> png(9_900_000, 1, 16, 4, 1, zeros(9_900_000L * 4 + 10)));
    to.kind("dimensions");
    int[][] sizes = {{0, 1}, {1, 0}, {-1, 1}, {1, -1}, {Integer.MIN_VALUE, 1}, {0, 0}};
    for (int[] size : sizes) {
      to.add(
          "PNG of " + size[0] + "x" + size[1],
          Catalogue.CORRUPT,
          () -> png(size[0], size[1], 8, 2, 0, zeros(64)));
    }
    for (int side : new int[] {1, 2, 3, 4, 5, 7, 8, 9}) {
      to.add(
          "interlaced PNG of " + side + "x" + (9 - side + 1),
          Catalogue.VERDICT,
          () -> png(side, 10 - side, 2, 0, 1, zeros(200)));
    }
  }

  private static void data(Catalogue to) {
    to.kind("deflate bombs");
    to.add(
        "one pixel, and 256 MB of image data behind it",
        Catalogue.VERDICT,
        () -> png(1, 1, 8, 0, 0, zeros(256L << 20)));
    for (String type : List.of("iCCP", "zTXt", "iTXt", "eXIf", "tEXt", "caBX")) {
      to.add(
          "64 MB in " + type,
          Catalogue.VERDICT,
          () ->
              join(
                  header(1, 1, 8, 0, 0),
                  chunk(type, new ByteWriter().text("name\0\0").bytes(zeros(64L << 20)).toBytes()),
                  chunk("IDAT", zeros(64)),
                  chunk("IEND", new byte[0])));
    }
    to.kind("PNG image data");
    to.add("no IDAT", Catalogue.CORRUPT, () -> join(header(4, 4, 8, 2, 0), end()));
    to.add(
        "an empty IDAT",
        Catalogue.CORRUPT,
        () -> join(header(4, 4, 8, 2, 0), chunk("IDAT", new byte[0]), end()));
    to.add(
        "a million empty IDATs before the data",
        Catalogue.VERDICT,
        () ->
            join(
                header(4, 4, 8, 2, 0),
                new ByteWriter().repeat(1_000_000, chunk("IDAT", new byte[0])).toBytes(),
                chunk("IDAT", zeros(64)),
                end()));
    to.add(
        "a million empty text chunks",
        Catalogue.VERDICT,
        () ->
            join(
                header(4, 4, 8, 2, 0),
                new ByteWriter().repeat(1_000_000, chunk("tEXt", new byte[0])).toBytes(),
                chunk("IDAT", zeros(64)),
                end()));
    to.add(
        "one byte of data in each IDAT",
        Catalogue.VERDICT,
        () -> {
          ByteWriter out = new ByteWriter().bytes(header(40, 40, 8, 2, 0));
          for (byte b : zeros(40 * 121)) {
            out.bytes(chunk("IDAT", new byte[] {b}));
          }
          return out.bytes(end()).toBytes();
        });
    to.add(
        "image data after a foreign chunk",
        Catalogue.ANY,
        () -> {
          byte[] data = zeros(40 * 121);
          return join(
              header(40, 40, 8, 2, 0),
              chunk("IDAT", Arrays.copyOf(data, 5)),
              chunk("tEXt", new byte[5]),
              chunk("IDAT", Arrays.copyOfRange(data, 5, data.length)),
              end());
        });
    to.add("one row short", Catalogue.CORRUPT, () -> png(4, 4, 8, 2, 0, zeros(39)));
    to.add("exactly enough", Catalogue.VERDICT, () -> png(4, 4, 8, 2, 0, zeros(52)));
    to.add(
        "filter 5",
        Catalogue.CORRUPT,
        () -> png(4, 4, 8, 2, 0, deflated(HostileJpegs.filled(52, 5))));
    for (int filter = 1; filter <= 4; filter++) {
      int all = filter;
      to.add(
          "filter " + filter + " on every row, with data of the same value",
          Catalogue.VERDICT,
          () -> png(3, 4, 8, 2, 0, deflated(HostileJpegs.filled(40, all))));
    }
    to.add(
        "a zlib dictionary",
        Catalogue.CORRUPT,
        () ->
            png(4, 4, 8, 2, 0, new ByteWriter().u8(0x78, 0xbb).be32(1).bytes(zeros(52)).toBytes()));
    to.add(
        "no zlib header",
        Catalogue.CORRUPT,
        () -> png(4, 4, 8, 2, 0, HostileJpegs.filled(60, 0x55)));
    to.add(
        "a wrong zlib checksum",
        Catalogue.ANY,
        () -> {
          byte[] data = zeros(52);
          return png(4, 4, 8, 2, 0, ByteWriter.patched(data, data.length - 4, 1, 2, 3, 4));
        });
    to.add(
        "a wrong chunk checksum",
        Catalogue.ANY,
        () -> ByteWriter.patched(png(4, 4, 8, 2, 0, zeros(52)), 29, 1, 2, 3, 4));
    to.add(
        "a wrong checksum of the image data",
        Catalogue.ANY,
        () -> {
          byte[] whole = png(4, 4, 8, 2, 0, zeros(52));
          return ByteWriter.patched(whole, whole.length - 16, 1, 2, 3, 4);
        });
  }

  private static void chunks(Catalogue to) {
    to.kind("PNG structure");
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 24}) {
      to.add(
          "a chunk of length " + length + " before the data",
          Catalogue.CORRUPT,
          () ->
              join(
                  header(4, 4, 8, 2, 0),
                  new ByteWriter().be32(length).text("tEXt").toBytes(),
                  chunk("IDAT", zeros(52)),
                  end()));
    }
    to.add(
        "IDAT that says it has 2 GB",
        Catalogue.ANY,
        () ->
            join(
                header(4, 4, 8, 2, 0),
                new ByteWriter().be32(Integer.MAX_VALUE).text("IDAT").bytes(zeros(52)).toBytes()));
    to.add("the signature alone", Catalogue.CORRUPT, () -> join(header(1, 1, 8, 0, 0), 8));
    to.add("IHDR alone", Catalogue.CORRUPT, () -> header(4, 4, 8, 2, 0));
    to.add(
        "IHDR twice",
        Catalogue.ANY,
        () ->
            join(
                header(4, 4, 8, 2, 0),
                chunk("IHDR", new ByteWriter().be32(9999).be32(9999).u8(16, 6, 0, 0, 0).toBytes()),
                chunk("IDAT", zeros(52)),
                end()));
    to.add(
        "text before IHDR",
        Catalogue.CORRUPT,
        () ->
            new ByteWriter()
                .text("\u0089PNG\r\n\u001a\n")
                .bytes(chunk("tEXt", new byte[5]))
                .bytes(png(4, 4, 8, 2, 0, zeros(52)))
                .toBytes());
    to.add(
        "IEND before IDAT",
        Catalogue.CORRUPT,
        () -> join(header(4, 4, 8, 2, 0), end(), chunk("IDAT", zeros(52))));
    to.add(
        "an animation of 100000 frames",
        Catalogue.VERDICT,
        () ->
            join(
                header(1, 1, 8, 0, 0),
                chunk("acTL", new ByteWriter().be32(100_000).be32(0).toBytes()),
                chunk("IDAT", zeros(2)),
                new ByteWriter()
                    .repeat(
                        100_000,
                        join(
                            chunk("fcTL", new byte[26]),
                            chunk("fdAT", new ByteWriter().be32(1).bytes(zeros(2)).toBytes())))
                    .toBytes(),
                end()));
    to.add(
        "an animation that says it has none",
        Catalogue.VERDICT,
        () ->
            join(
                header(1, 1, 8, 0, 0), chunk("acTL", new byte[8]), chunk("IDAT", zeros(2)), end()));
    ExifBlocks.all()
        .forEach(
            (name, block) ->
                to.add(
                    "Exif in PNG: " + name,
                    Catalogue.VERDICT,
                    () ->
                        join(
                            header(3, 2, 8, 2, 0),
                            chunk("eXIf", block),
                            chunk("IDAT", zeros(64)),
                            end())));
  }

  private static void colours(Catalogue to) {
    to.kind("odd colours");
    int[][] layouts = {{1, 2}, {3, 0}, {16, 3}, {4, 4}, {8, 1}, {8, 5}, {8, 7}, {0, 0}, {255, 255}};
    for (int[] layout : layouts) {
      to.add(
          "PNG with colour type " + layout[1] + " of " + layout[0] + " bits",
          Catalogue.CORRUPT,
          () -> png(4, 4, layout[0], layout[1], 0, zeros(64)));
    }
    to.add("PNG with interlacing 2", Catalogue.CORRUPT, () -> png(4, 4, 8, 2, 2, zeros(64)));
    to.add("palette without PLTE", Catalogue.CORRUPT, () -> png(4, 4, 8, 3, 0, zeros(20)));
    for (int size : new int[] {0, 1, 3, 4, 768, 769, 3000}) {
      to.add(
          "a palette of " + size + " bytes and indexes up to 255",
          Catalogue.VERDICT,
          () ->
              join(
                  header(16, 16, 8, 3, 0),
                  chunk("PLTE", new byte[size]),
                  chunk("IDAT", deflated(ramp())),
                  end()));
    }
    to.add(
        "PLTE behind the data",
        Catalogue.ANY,
        () ->
            join(
                header(4, 4, 8, 3, 0),
                chunk("IDAT", zeros(20)),
                chunk("PLTE", new byte[3]),
                end()));
    for (int size : new int[] {0, 1, 2, 5, 257, 5000}) {
      for (int type : new int[] {0, 2, 6}) {
        to.add(
            "tRNS of " + size + " bytes for colour type " + type,
            Catalogue.VERDICT,
            () ->
                join(
                    header(4, 4, 8, type, 0),
                    chunk("tRNS", new byte[size]),
                    chunk("IDAT", zeros(4 * 17)),
                    end()));
      }
    }
    for (String type : List.of("gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "hIST", "pHYs", "cICP")) {
      to.add(
          "garbage in " + type,
          Catalogue.VERDICT,
          () ->
              join(
                  header(4, 4, 8, 2, 0),
                  chunk(type, HostileJpegs.filled(37, 0xff)),
                  chunk("IDAT", zeros(52)),
                  end()));
    }
  }

  /** Sixteen rows with every index once. */
  private static byte[] ramp() {
    ByteWriter rows = new ByteWriter();
    for (int i = 0; i < 256; i++) {
      rows.u8(i % 16 == 0 ? new int[] {0, i} : new int[] {i});
    }
    return rows.toBytes();
  }

  static byte[] png(int width, int height, int depth, int type, int interlaced, byte[] data) {
    return join(header(width, height, depth, type, interlaced), chunk("IDAT", data), end());
  }

  private static byte[] header(int width, int height, int depth, int type, int interlaced) {
    return new ByteWriter()
        .text("\u0089PNG\r\n\u001a\n")
        .bytes(
            chunk(
                "IHDR",
                new ByteWriter()
                    .be32(width)
                    .be32(height)
                    .u8(depth, type, 0, 0, interlaced)
                    .toBytes()))
        .toBytes();
  }

  private static byte[] end() {
    return chunk("IEND", new byte[0]);
  }

  static byte[] chunk(String type, byte[] body) {
    CRC32 crc = new CRC32();
    crc.update(new ByteWriter().text(type).toBytes());
    crc.update(body);
    return new ByteWriter()
        .be32(body.length)
        .text(type)
        .bytes(body)
        .be32((int) crc.getValue())
        .toBytes();
  }

  private static byte[] join(byte[]... parts) {
    ByteWriter out = new ByteWriter();
    for (byte[] part : parts) {
      out.bytes(part);
    }
    return out.toBytes();
  }

  private static byte[] join(byte[] bytes, int to) {
    return Arrays.copyOf(bytes, to);
  }

  static byte[] deflated(byte[] bytes) {
    return deflated(bytes, bytes.length);
  }

  /** So many zeros, deflated; rounded up to whole buffers beyond a megabyte. */
  static byte[] zeros(long count) {
    return deflated(new byte[(int) Math.min(count, 1 << 20)], count);
  }

  private static byte[] deflated(byte[] buffer, long count) {
    Deflater deflater = new Deflater(1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      for (long i = 0; i < count; i += buffer.length) {
        out.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }
}
