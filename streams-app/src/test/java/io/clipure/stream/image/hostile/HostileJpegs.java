package io.clipure.stream.image.hostile;

import java.util.Arrays;
import java.util.List;

/** JPEGs that lie, bomb or bewilder (ITU-T T.81). */
final class HostileJpegs {
  private static final int MOST_SIDE = HostileImages.MOST_SIDE;

  private HostileJpegs() {}

  static List<HostileImage> all() {
    Catalogue catalogue = new Catalogue();
    dimensions(catalogue);
    work(catalogue);
    markers(catalogue);
    colours(catalogue);
    metadata(catalogue);
    return catalogue.images();
  }

  private static void dimensions(Catalogue to) {
    to.kind("pixel bombs");
    for (String file : List.of("jpeg-420.jpg", "jpeg-progressive.jpg", "jpeg-cmyk.jpg")) {
      to.add(
          file + " of 65535x65535",
          Catalogue.TOO_MANY_PIXELS,
          () -> JpegEditor.of(file).size(65535, 65535).toBytes());
    }
    to.kind("just below the limit");
    for (String file : List.of("jpeg-420.jpg", "jpeg-progressive.jpg")) {
      to.add(
          file + " of ten megapixels in 2 KB",
          Catalogue.VERDICT,
          () -> JpegEditor.of(file).size(MOST_SIDE, MOST_SIDE).toBytes());
    }
    to.kind("dimensions");
    int[][] sizes = {{0, 53}, {77, 0}, {0, 0}};
    for (int[] size : sizes) {
      to.add(
          "JPEG of " + size[0] + "x" + size[1],
          Catalogue.CORRUPT,
          () -> JpegEditor.of("jpeg-420.jpg").size(size[0], size[1]).toBytes());
    }
    int[][] odd = {{1, 65500}, {65500, 1}, {1, 1}, {8, 8}, {9, 17}};
    for (int[] size : odd) {
      to.add(
          "JPEG of " + size[0] + "x" + size[1] + " with the data of 77x53",
          Catalogue.ANY,
          () -> JpegEditor.of("jpeg-420.jpg").size(size[0], size[1]).toBytes());
      to.add(
          "progressive JPEG of " + size[0] + "x" + size[1] + " with the data of 41x60",
          Catalogue.ANY,
          () -> JpegEditor.of("jpeg-cmyk-progressive.jpg").size(size[0], size[1]).toBytes());
    }
  }

  private static void work(Catalogue to) {
    to.kind("CPU bombs");
    long blocks = (long) MOST_SIDE * MOST_SIDE / 64;
    to.add(
        "90 DC refinements of ten megapixels in 1.6 KB",
        Catalogue.TOO_MUCH_WORK,
        () -> JpegScans.progressive(MOST_SIDE, MOST_SIDE, 4, 90, JpegScans.dcRefinement(4)));
    to.add(
        "90 AC refinements of ten megapixels",
        Catalogue.TOO_MUCH_WORK,
        () -> JpegScans.progressive(MOST_SIDE, MOST_SIDE, 4, 90, JpegScans.acRefinement(blocks)));
    to.add(
        "20 DC refinements of ten megapixels, just allowed",
        Catalogue.VERDICT,
        () -> JpegScans.progressive(MOST_SIDE, MOST_SIDE, 4, 20, JpegScans.dcRefinement(4)));
    to.add(
        "99 DC refinements of half a megapixel",
        Catalogue.VERDICT,
        () -> JpegScans.progressive(720, 720, 4, 99, JpegScans.dcRefinement(4)));
    to.add(
        "99 scans over and over the same coefficients",
        Catalogue.VERDICT,
        () -> JpegScans.progressive(500, 500, 1, 99, JpegScans.acFirst(16384)));
    to.add(
        "a million scans of one block",
        Catalogue.TOO_MUCH_WORK,
        () -> JpegScans.progressive(8, 8, 1, 1_000_000, JpegScans.dcRefinement(1)));
    to.add(
        "600000 Huffman tables",
        Catalogue.VERDICT,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .last(600_000, 0xc4, new ByteWriter().u8(2, 1).bytes(new byte[16]).toBytes())
                .toBytes());
    to.add(
        "200000 quantisation tables",
        Catalogue.VERDICT,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .last(200_000, 0xdb, new ByteWriter().u8(3).bytes(filled(64, 1)).toBytes())
                .toBytes());
    to.add(
        "4 million empty comments",
        Catalogue.VERDICT,
        () -> JpegEditor.of("jpeg-420.jpg").last(4_000_000, 0xfe, new byte[0]).toBytes());
    to.add(
        "4 million restart intervals",
        Catalogue.VERDICT,
        () -> JpegEditor.of("jpeg-420.jpg").last(2_000_000, 0xdd, new byte[2]).toBytes());
    to.add(
        "a restart interval of one block without restart markers",
        Catalogue.ANY,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .size(3000, 3000)
                .last(1, 0xdd, new byte[] {0, 1})
                .toBytes());
    to.add(
        "16 MB of restart markers as image data",
        Catalogue.ANY,
        () ->
            JpegEditor.of("jpeg-restart.jpg")
                .beforeEnd(new ByteWriter().repeat(1 << 23, new byte[] {-1, (byte) 0xd3}).toBytes())
                .toBytes());
    to.add(
        "16 MB of fill bytes before the frame",
        Catalogue.ANY,
        () ->
            new ByteWriter()
                .u8(0xff, 0xd8)
                .bytes(filled(16 << 20, 0xff))
                .bytes(Originals.read("jpeg-420.jpg"), 3, 1511)
                .toBytes());
    to.add(
        "16 MB of garbage between segments",
        Catalogue.ANY,
        () ->
            new ByteWriter()
                .u8(0xff, 0xd8, 0xff, 0xfe, 0, 2)
                .bytes(new byte[16 << 20])
                .bytes(Originals.read("jpeg-420.jpg"), 2, 1511)
                .toBytes());
  }

  private static void markers(Catalogue to) {
    to.kind("JPEG structure");
    for (int marker : new int[] {0xc3, 0xc5, 0xc9, 0xca, 0xcb, 0xcf, 0xf7}) {
      to.add(
          "frame marker " + Integer.toHexString(marker),
          marker == 0xf7 ? Catalogue.CORRUPT : Catalogue.UNSUPPORTED,
          () -> JpegEditor.of("jpeg-420.jpg").frameMarker(marker).toBytes());
    }
    to.add(
        "baseline data in a progressive frame",
        Catalogue.ANY,
        () -> JpegEditor.of("jpeg-420.jpg").frameMarker(0xc2).toBytes());
    to.add(
        "progressive data in a baseline frame",
        Catalogue.ANY,
        () -> JpegEditor.of("jpeg-progressive.jpg").frameMarker(0xc0).toBytes());
    to.add(
        "two frames",
        Catalogue.CORRUPT,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .first(0xc0, new byte[] {8, 0, 1, 0, 1, 1, 1, 0x11, 0})
                .toBytes());
    to.add(
        "a second frame of 65500x600 behind the first scan",
        Catalogue.ANY,
        () ->
            JpegEditor.of("jpeg-progressive.jpg")
                .beforeEnd(
                    JpegEditor.segment(
                            new ByteWriter(), 0xc2, new byte[] {8, 2, 88, -1, -36, 1, 1, 0x11, 0})
                        .toBytes())
                .toBytes());
    for (int marker : new int[] {0xdb, 0xc4}) {
      to.add(
          "no segment " + Integer.toHexString(marker),
          Catalogue.ANY,
          () -> JpegEditor.of("jpeg-420.jpg").without(marker).toBytes());
    }
    to.add(
        "no frame", Catalogue.CORRUPT, () -> JpegEditor.of("jpeg-420.jpg").without(0xc0).toBytes());
    to.add(
        "no scan",
        Catalogue.ANY,
        () -> JpegEditor.of("jpeg-420.jpg").tail(new byte[] {-1, (byte) 0xd9}).toBytes());
    to.add(
        "a scan without data",
        Catalogue.ANY,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .tail(new byte[] {-1, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0, -1, (byte) 0xd9})
                .toBytes());
    to.add(
        "a scan of a component that the frame lacks",
        Catalogue.CORRUPT,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .tail(new byte[] {-1, (byte) 0xda, 0, 8, 1, 99, 0, 0, 63, 0, -1, (byte) 0xd9})
                .toBytes());
    to.add(
        "a Huffman table with more codes than fit",
        Catalogue.CORRUPT,
        () -> JpegEditor.of("jpeg-420.jpg").last(1, 0xc4, filled(300, 0xff)).toBytes());
    to.add(
        "a quantisation table of zeros",
        Catalogue.ANY,
        () -> JpegEditor.of("jpeg-420.jpg").last(1, 0xdb, new byte[65]).toBytes());
    to.add(
        "a quantisation table with number 15",
        Catalogue.CORRUPT,
        () -> JpegEditor.of("jpeg-420.jpg").last(1, 0xdb, filled(65, 15)).toBytes());
    for (int length : new int[] {0, 1, 65535}) {
      to.add(
          "a segment that says it has " + length + " bytes",
          Catalogue.CORRUPT,
          () ->
              new ByteWriter()
                  .u8(0xff, 0xd8, 0xff, 0xe3)
                  .be16(length)
                  .bytes(Originals.read("jpeg-420.jpg"), 2, 1511)
                  .toBytes());
    }
    to.add(
        "height left to a DNL marker",
        Catalogue.CORRUPT,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .size(77, 0)
                .beforeEnd(new byte[] {-1, (byte) 0xdc, 0, 4, 0, 53})
                .toBytes());
  }

  private static void colours(Catalogue to) {
    to.kind("odd colours");
    for (int precision : new int[] {0, 1, 12, 16, 255}) {
      to.add(
          "JPEG of " + precision + " bits",
          Catalogue.UNSUPPORTED,
          () -> JpegEditor.of("jpeg-420.jpg").frameByte(0, precision).toBytes());
    }
    for (int components : new int[] {0, 2, 5, 255}) {
      to.add(
          "JPEG of " + components + " components",
          Catalogue.UNSUPPORTED,
          () -> JpegEditor.of("jpeg-420.jpg").frameByte(5, components).toBytes());
    }
    to.add(
        "JPEG of 4 components that defines 3",
        Catalogue.CORRUPT,
        () -> JpegEditor.of("jpeg-420.jpg").frameByte(5, 4).toBytes());
    to.add(
        "JPEG of 1 component that scans 3",
        Catalogue.CORRUPT,
        () -> JpegEditor.of("jpeg-420.jpg").frameByte(5, 1).toBytes());
    for (int factors : new int[] {0x00, 0x01, 0x10, 0x55, 0xff}) {
      to.add(
          "JPEG with sampling factors " + Integer.toHexString(factors),
          Catalogue.CORRUPT,
          () -> JpegEditor.of("jpeg-420.jpg").frameByte(7, factors).toBytes());
    }
    for (int factors : new int[] {0x14, 0x41, 0x44, 0x33, 0x31}) {
      to.add(
          "JPEG with sampling factors " + Integer.toHexString(factors),
          Catalogue.ANY,
          () -> JpegEditor.of("jpeg-444.jpg").frameByte(7, factors).toBytes());
      to.add(
          "progressive CMYK with sampling factors " + Integer.toHexString(factors),
          Catalogue.ANY,
          () -> JpegEditor.of("jpeg-cmyk-progressive.jpg").frameByte(10, factors).toBytes());
    }
    to.add(
        "JPEG whose components share one id",
        Catalogue.ANY,
        () -> JpegEditor.of("jpeg-444.jpg").frameByte(9, 1).frameByte(12, 1).toBytes());
    for (int transform : new int[] {0, 1, 2, 3, 255}) {
      for (String file : List.of("jpeg-cmyk.jpg", "jpeg-444.jpg", "jpeg-gray-progressive.jpg")) {
        to.add(
            file + " with Adobe transform " + transform,
            Catalogue.VERDICT,
            () ->
                JpegEditor.of(file)
                    .without(0xe0)
                    .without(0xee)
                    .first(
                        0xee,
                        new ByteWriter().text("Adobe").be16(100).be32(0).u8(transform).toBytes())
                    .toBytes());
      }
    }
  }

  private static void metadata(Catalogue to) {
    to.kind("JPEG metadata");
    byte[] profile =
        new ByteWriter().text("ICC_PROFILE\0").u8(1, 255).bytes(filled(60_000, 0x41)).toBytes();
    to.add(
        "16 MB of colour profile",
        Catalogue.VERDICT,
        () -> JpegEditor.of("jpeg-420.jpg").last(260, 0xe2, profile).toBytes());
    to.add(
        "a profile of 0 parts",
        Catalogue.VERDICT,
        () ->
            JpegEditor.of("jpeg-icc.jpg")
                .without(0xe2)
                .last(1, 0xe2, new ByteWriter().text("ICC_PROFILE\0").u8(0, 0).toBytes())
                .toBytes());
    to.add(
        "16 MB of application data between scans",
        Catalogue.VERDICT,
        () ->
            JpegEditor.of("jpeg-progressive.jpg")
                .beforeEnd(
                    new ByteWriter()
                        .repeat(
                            250,
                            JpegEditor.segment(new ByteWriter(), 0xe2, new byte[65_000]).toBytes())
                        .toBytes())
                .toBytes());
    to.add(
        "an Exif thumbnail of 65535x65535",
        Catalogue.VERDICT,
        () -> {
          byte[] bomb = JpegEditor.of("jpeg-420.jpg").size(65535, 65535).toBytes();
          return JpegEditor.of("jpeg-420.jpg")
              .first(
                  0xe1,
                  new ByteWriter()
                      .text("Exif\0\0II*\0")
                      .le32(8)
                      .le16(2)
                      .bytes(ExifBlocks.entry(0x201, 4, 1, 38))
                      .bytes(ExifBlocks.entry(0x202, 4, 1, bomb.length))
                      .le32(0)
                      .bytes(bomb)
                      .toBytes())
              .toBytes();
        });
    to.add(
        "a JFIF thumbnail larger than its segment",
        Catalogue.VERDICT,
        () ->
            JpegEditor.of("jpeg-420.jpg")
                .without(0xe0)
                .first(
                    0xe0,
                    new ByteWriter().text("JFIF\0").u8(1, 2, 0, 0, 1, 0, 1, 255, 255).toBytes())
                .toBytes());
    ExifBlocks.all()
        .forEach(
            (name, block) ->
                to.add(
                    "Exif in JPEG: " + name,
                    Catalogue.VERDICT,
                    () ->
                        JpegEditor.of("jpeg-420.jpg")
                            .first(0xe1, new ByteWriter().text("Exif\0\0").bytes(block).toBytes())
                            .toBytes()));
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
