package io.clipure.stream.app.chaos;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * PNG files for the chaos bundle, whose image graph reads a command from the first pixel: (254, 1,
 * code), see {@code models/make_chaos_graph.py}. Immutable; the same seed gives the same bytes.
 */
final class Pictures {
  /** Side in pixels: that of the bundle's input, so that no resize touches the first pixel. */
  static final int SIDE = 16;

  private static final int VARIETY = 48;
  private static final int THROW = 1;
  private static final int THROW_SOMETIMES = 2;
  private static final int OUT_OF_MEMORY = 3;
  private static final int HANG = 4;
  private static final int HANG_SOMETIMES = 5;

  /** About 20 ms of one core. */
  private static final int SLOW = 16 + 20;

  private final List<byte[]> ordinary;
  private final byte[] throwing = solid(THROW);
  private final byte[] throwingSometimes = solid(THROW_SOMETIMES);
  private final byte[] hungry = solid(OUT_OF_MEMORY);
  private final byte[] hanging = solid(HANG);
  private final byte[] hangingSometimes = solid(HANG_SOMETIMES);
  private final byte[] slow = solid(SLOW);

  Pictures(long seed) {
    this(ordinary(new Random(seed)));
  }

  /** The same with other ordinary images, for another bundle; to it the others mean nothing. */
  Pictures(List<byte[]> ordinary) {
    this.ordinary = List.copyOf(ordinary);
  }

  /**
   * The encoded image of an event.
   *
   * @param number picks among the ordinary images
   * @throws IllegalArgumentException for kinds without image
   */
  byte[] of(EventKind kind, int number) {
    byte[] plain = ordinary.get(number % ordinary.size());
    return switch (kind) {
      case GOOD -> plain;
      case BROKEN_IMAGE -> Arrays.copyOf(plain, plain.length / 2);
      case SLOW -> slow;
      case THROWS -> throwing;
      case THROWS_SOMETIMES -> throwingSometimes;
      case OUT_OF_MEMORY -> hungry;
      case HANGS -> hanging;
      case HANGS_SOMETIMES -> hangingSometimes;
      case DOWNLOAD, SLOW_DOWNLOAD, FLAKY_DOWNLOAD -> plain;
      case NOT_AVRO, NO_VALUE, MISSING_DOWNLOAD, HUNG_DOWNLOAD ->
          throw new IllegalArgumentException(kind + " has no image");
    };
  }

  private static byte[] solid(int code) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int rgb = 254 << 16 | 1 << 8 | code;
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.setRGB(i % SIDE, i / SIDE, rgb);
    }
    return png(image);
  }

  private static List<byte[]> ordinary(Random random) {
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < VARIETY; i++) {
      images.add(quadrants(random));
    }
    return images;
  }

  /** Four quadrants of one colour each; the green channel never names a command. */
  private static byte[] quadrants(Random random) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int[] colours = random.ints(4, 0, 1 << 24).map(rgb -> rgb | 0x0200).toArray();
    for (int i = 0; i < SIDE * SIDE; i++) {
      int x = i % SIDE;
      int y = i / SIDE;
      image.setRGB(x, y, colours[2 * (2 * y / SIDE) + 2 * x / SIDE]);
    }
    return png(image);
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode an image in memory", e);
    }
    return bytes.toByteArray();
  }
}
