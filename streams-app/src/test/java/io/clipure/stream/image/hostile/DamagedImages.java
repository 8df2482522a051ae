package io.clipure.stream.image.hostile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Sound files of every format, cut, flipped, spliced and mislabelled at seeded random places. */
final class DamagedImages {
  private static final int CUTS = 5;
  private static final int FLIPS = 4;
  private static final int SPLICES = 2;
  private static final Map<String, List<String>> FORMATS =
      Map.of(
          "JPEG", Originals.JPEG,
          "PNG", Originals.PNG,
          "GIF", Originals.GIF,
          "WebP", Originals.WEBP,
          "BMP", Originals.BMP);

  private final Random random;
  private final List<HostileImage> images = new ArrayList<>();

  private DamagedImages(long seed) {
    random = new Random(seed);
  }

  static List<HostileImage> all(long seed) {
    DamagedImages damaged = new DamagedImages(seed);
    for (String format : List.of("JPEG", "PNG", "GIF", "WebP", "BMP")) {
      for (String file : FORMATS.get(format)) {
        damaged.damage(format, file, Originals.read(file));
      }
      damaged.swapMagic(format);
    }
    return damaged.images;
  }

  private void damage(String format, String file, byte[] whole) {
    for (int i = 0; i < CUTS; i++) {
      int end = 1 + random.nextInt(whole.length - 1);
      add("truncated " + format, file + " cut at byte " + end, Arrays.copyOf(whole, end));
    }
    for (int i = 0; i < FLIPS; i++) {
      int flips = 1 << 2 * i;
      byte[] flipped = whole.clone();
      for (int k = 0; k < flips; k++) {
        int bit = random.nextInt(8 * whole.length);
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
      }
      add("bit flips in " + format, file + " with " + flips + " bits flipped", flipped);
    }
    for (int i = 0; i < SPLICES; i++) {
      int at = random.nextInt(whole.length);
      int from = random.nextInt(whole.length);
      int count = random.nextInt(Math.min(64, whole.length - from));
      add(
          "splices in " + format,
          file + " with " + count + " bytes of " + from + " put in at " + at,
          new ByteWriter()
              .bytes(whole, 0, at)
              .bytes(whole, from, from + count)
              .bytes(whole, at, whole.length)
              .toBytes());
      byte[] other = Originals.read(FORMATS.get(format).get(0));
      int half = Math.min(whole.length, other.length) / 2;
      byte[] grafted = other.clone();
      System.arraycopy(whole, half, grafted, half, Math.min(whole.length, other.length) - half);
      if (i == 0) {
        add("splices in " + format, "first half of another file before " + file, grafted);
      }
    }
  }

  /** The first bytes of one format before the rest of another. */
  private void swapMagic(String format) {
    byte[] whole = Originals.read(FORMATS.get(format).get(0));
    Map<String, String> magics =
        Map.of(
            "JPEG", "\u00ff\u00d8\u00ff",
            "PNG", "\u0089PNG\r\n\u001a\n",
            "GIF", "GIF89a",
            "WebP", "RIFF\u0010\0\0\0WEBP",
            "BMP", "BM");
    for (String other : List.of("JPEG", "PNG", "GIF", "WebP", "BMP")) {
      if (!other.equals(format)) {
        byte[] magic = new ByteWriter().text(magics.get(other)).toBytes();
        byte[] bytes = whole.clone();
        System.arraycopy(magic, 0, bytes, 0, magic.length);
        images.add(
            new HostileImage(
                "wrong magic",
                format + " that begins as " + other,
                Set.of("CORRUPT_IMAGE", "UNSUPPORTED_FORMAT", "TOO_MANY_PIXELS"),
                () -> bytes));
      }
    }
    images.add(
        new HostileImage(
            "wrong magic",
            format.toLowerCase(Locale.ROOT) + " without its first byte",
            Set.of("UNSUPPORTED_FORMAT"),
            () -> Arrays.copyOfRange(whole, 1, whole.length)));
  }

  private void add(String kind, String name, byte[] bytes) {
    images.add(new HostileImage(kind, name, Set.of(), () -> bytes));
  }
}
