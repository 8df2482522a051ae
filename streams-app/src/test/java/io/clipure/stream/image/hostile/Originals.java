package io.clipure.stream.image.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Sound files, written by Pillow: every variant of every format that is damaged here. */
final class Originals {
  static final List<String> JPEG =
      List.of(
          "jpeg-420.jpg",
          "jpeg-422.jpg",
          "jpeg-444.jpg",
          "jpeg-progressive.jpg",
          "jpeg-gray-progressive.jpg",
          "jpeg-cmyk.jpg",
          "jpeg-cmyk-progressive.jpg",
          "jpeg-ycck.jpg",
          "jpeg-rgb.jpg",
          "jpeg-icc.jpg",
          "jpeg-restart.jpg",
          "orient-6.jpg");
  static final List<String> PNG =
      List.of(
          "png-0-1.png",
          "png-0-8.png",
          "png-0-16.png",
          "png-0-2-adam7.png",
          "png-2-8.png",
          "png-2-16.png",
          "png-2-8-adam7.png",
          "png-2-16-adam7.png",
          "png-3-1.png",
          "png-3-8.png",
          "png-3-4-adam7.png",
          "png-4-8.png",
          "png-4-16-adam7.png",
          "png-6-8.png",
          "png-6-16.png",
          "png-6-16-adam7.png",
          "orient-6.png");
  static final List<String> GIF =
      List.of(
          "gif-interlace-0.gif",
          "gif-interlace-1.gif",
          "gif-animated.gif",
          "gif-full-table.gif",
          "gif-two-colours.gif",
          "gif-transparent.gif",
          "gif-offset.gif",
          "gif-sticks-out.gif");
  static final List<String> WEBP =
      List.of(
          "webp-lossy.webp",
          "webp-lossless.webp",
          "webp-alpha.webp",
          "webp-alpha-lossless.webp",
          "webp-animated.webp",
          "webp-animated-alpha.webp",
          "orient-8.webp");
  static final List<String> BMP =
      List.of(
          "bmp-1.bmp",
          "bmp-4.bmp",
          "bmp-8.bmp",
          "bmp-24.bmp",
          "bmp-32.bmp",
          "bmp-555.bmp",
          "bmp-565-top-down.bmp",
          "bmp-rle4.bmp",
          "bmp-rle8.bmp");

  private Originals() {}

  static byte[] read(String name) {
    String path = "/preprocess/pil/" + name;
    try (InputStream in = Objects.requireNonNull(Originals.class.getResourceAsStream(path), path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
