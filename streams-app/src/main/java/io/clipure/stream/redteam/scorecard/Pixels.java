package io.clipure.stream.redteam.scorecard;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** The encoder's pixels as PNG files, and differences of them to look at. */
final class Pixels {
  private static final int GREY = 128;
  private static final int ENLARGE = 10;

  private Pixels() {}

  /** {@code [size, size, 3]} RGB as a PNG file. */
  static byte[] png(byte[] pixels) {
    int size = (int) Math.round(Math.sqrt(pixels.length / 3.0));
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < size * size; i++) {
      image.setRGB(
          i % size,
          i / size,
          (pixels[3 * i] & 0xff) << 16
              | (pixels[3 * i + 1] & 0xff) << 8
              | pixels[3 * i + 2] & 0xff);
    }
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a PNG could not be written to memory", e);
    }
  }

  /** What was added, ten times enlarged, around mid-grey; PNG files in and out. */
  static byte[] perturbation(byte[] original, byte[] attacked) {
    try {
      BufferedImage before = ImageIO.read(new ByteArrayInputStream(original));
      BufferedImage after = ImageIO.read(new ByteArrayInputStream(attacked));
      int size = before.getWidth();
      byte[] shown = new byte[3 * size * size];
      for (int i = 0; i < size * size; i++) {
        int from = before.getRGB(i % size, i / size);
        int to = after.getRGB(i % size, i / size);
        for (int channel = 0; channel < 3; channel++) {
          int shift = 16 - 8 * channel;
          int change = (to >> shift & 0xff) - (from >> shift & 0xff);
          shown[3 * i + channel] = (byte) Math.max(0, Math.min(255, GREY + ENLARGE * change));
        }
      }
      return png(shown);
    } catch (IOException e) {
      throw new UncheckedIOException("a PNG made here cannot be read", e);
    }
  }
}
