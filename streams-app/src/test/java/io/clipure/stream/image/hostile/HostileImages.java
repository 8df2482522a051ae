package io.clipure.stream.image.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every hostile file, the same on every run. */
public final class HostileImages {
  /** Files "just below the limit" have a little less. */
  public static final long MOST_PIXELS = 10_000_000;

  static final int MOST_SIDE = 3150;

  private static final long SEED = 20261122;

  private HostileImages() {}

  /** All files, by kind; damage is done with a fixed seed. */
  public static List<HostileImage> all() {
    List<HostileImage> all = new ArrayList<>(DamagedImages.all(SEED));
    all.addAll(HostileJpegs.all());
    all.addAll(HostilePngs.all());
    all.addAll(HostileGifs.all());
    all.addAll(HostileWebps.all());
    all.addAll(HostileBmps.all());
    all.addAll(Polyglots.all());
    return all;
  }

  /** Small sound images, for between the others. */
  public static List<byte[]> soundOfEachFormat() {
    return Stream.of(Originals.JPEG, Originals.PNG, Originals.GIF, Originals.WEBP, Originals.BMP)
        .map(files -> Originals.read(files.get(0)))
        .toList();
  }
}
