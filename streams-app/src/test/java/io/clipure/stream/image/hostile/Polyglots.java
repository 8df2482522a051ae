package io.clipure.stream.image.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files that are an image and something else, or that only look like an image. */
final class Polyglots {
  private static final List<String> ONE_OF_EACH =
      List.of(
          "jpeg-420.jpg", "png-2-8.png", "gif-interlace-0.gif", "webp-lossy.webp", "bmp-24.bmp");

  private Polyglots() {}

  static List<HostileImage> all() {
    Catalogue to = new Catalogue();
    to.kind("polyglots");
    for (String file : ONE_OF_EACH) {
      byte[] image = Originals.read(file);
      to.add(file + " before a ZIP", Catalogue.VERDICT, () -> join(image, zip()));
      to.add(file + " before HTML", Catalogue.VERDICT, () -> join(image, html()));
      to.add(file + " before a PDF", Catalogue.VERDICT, () -> join(image, pdf()));
      to.add(file + " behind a ZIP", Catalogue.UNSUPPORTED, () -> join(zip(), image));
      to.add(file + " behind HTML", Catalogue.UNSUPPORTED, () -> join(html(), image));
      to.add(file + " behind a PDF", Catalogue.UNSUPPORTED, () -> join(pdf(), image));
      to.add(file + " in Base64", Catalogue.UNSUPPORTED, () -> base64(image));
      for (String second : ONE_OF_EACH) {
        to.add(
            file + " before " + second,
            Catalogue.VERDICT,
            () -> join(image, Originals.read(second)));
      }
    }
    to.add("a ZIP of images", Catalogue.UNSUPPORTED, Polyglots::zip);
    to.add(
        "GIF whose size opens a comment of JavaScript",
        Catalogue.ANY,
        () ->
            new ByteWriter()
                .text("GIF89a/*")
                .bytes(Originals.read("gif-interlace-0.gif"), 8, 1895)
                .text("*/=1;alert(1)")
                .toBytes());
    to.kind("no image at all");
    for (String text :
        List.of(
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "<!DOCTYPE html><script>alert(1)</script>",
            "%PDF-1.7",
            "%!PS-Adobe-3.0 EPSF-3.0",
            "BM, a sentence that begins like a bitmap",
            "GIF",
            "GIF88a" + "\0".repeat(40),
            "RIFF\u0010\0\0\0WAVEfmt ",
            "\u0000\u0000\u0000\u001cftypavif",
            "\u0000\u0000\u0000\u001cftypheic",
            "\u0000\u0000\u0000\fJXL \r\n\u0087\n",
            "\u0000\u0000\u0001\u0000\u0001\u0000",
            "II*\0\b\0\0\0",
            "MM\0*\0\0\0\b",
            "8BPS\0\u0001",
            "#define im_width 2147483647",
            "push graphic-context\nviewbox 0 0 1 1\nfill 'url(https://example.org/x)'",
            "P6 99999 99999 255 ",
            "\u001f\u008b\b\0",
            "\u007fELF",
            "MZ")) {
      to.add(
          text.length() > 30 ? text.substring(0, 30) : text,
          Set.of("UNSUPPORTED_FORMAT"),
          () -> new ByteWriter().text(text).toBytes());
    }
    to.add("nothing", Set.of("EMPTY_CONTENT"), () -> new byte[0]);
    to.add("21 MB", Set.of("TOO_MANY_BYTES"), () -> new byte[21 << 20]);
    to.add(
        "21 MB behind a JPEG",
        Set.of("TOO_MANY_BYTES"),
        () -> join(Originals.read("jpeg-420.jpg"), new byte[21 << 20]));
    return to.images();
  }

  private static byte[] join(byte[] first, byte[] second) {
    return new ByteWriter().bytes(first).bytes(second).toBytes();
  }

  private static byte[] html() {
    return new ByteWriter()
        .text("<!DOCTYPE html><script>alert(document.domain)</script>")
        .toBytes();
  }

  private static byte[] pdf() {
    return new ByteWriter()
        .text("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
        .toBytes();
  }

  private static byte[] base64(byte[] image) {
    return new ByteWriter()
        .text("data:image/png;base64,")
        .bytes(Base64.getEncoder().encode(image))
        .toBytes();
  }

  private static byte[] zip() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String file : ONE_OF_EACH) {
        zip.putNextEntry(new ZipEntry(file));
        zip.write(Originals.read(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
