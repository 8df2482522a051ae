package io.clipure.stream.console;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A square picture.
 *
 * @param rgb {@code [side, side, 3]} RGB uint8, row-major; not to be modified
 * @param side pixels
 */
public record Picture(byte[] rgb, int side) {
  /** Pixels of a veiled picture: enough for a colour, not for a shape. */
  private static final int VEILED = 5;

  /** Checks the size. */
  public Picture {
    if (side < 1 || rgb.length != side * side * 3) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are no RGB picture of side " + side + "; expected side² × 3");
    }
  }

  /** The same picture, no larger than so many pixels a side: means of square blocks. */
  Picture within(int most) {
    if (side <= most) {
      return this;
    }
    int block = (side + most - 1) / most;
    return sampled(side / block);
  }

  /** What is left of it before somebody asks to see it. */
  Picture veiled() {
    return sampled(Math.min(VEILED, side));
  }

  private Picture sampled(int target) {
    byte[] small = new byte[target * target * 3];
    for (int y = 0; y < target; y++) {
      for (int x = 0; x < target; x++) {
        int left = x * side / target;
        int right = (x + 1) * side / target;
        int top = y * side / target;
        int bottom = (y + 1) * side / target;
        int count = (right - left) * (bottom - top);
        for (int c = 0; c < 3; c++) {
          int sum = 0;
          for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
              sum += rgb[3 * (row * side + column) + c] & 0xff;
            }
          }
          small[3 * (y * target + x) + c] = (byte) ((sum + count / 2) / count);
        }
      }
    }
    return new Picture(small, target);
  }

  /** As a PNG file. */
  byte[] png() {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      int pixel = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
      image.setRGB(i % side, i / side, pixel);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("a PNG could not be written to memory", e);
    }
    return file.toByteArray();
  }
}
