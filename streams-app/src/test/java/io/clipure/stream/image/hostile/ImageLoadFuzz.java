package io.clipure.stream.image.hostile;

import io.clipure.stream.image.DefaultImageLoader;
import io.clipure.stream.image.ImageFacts;
import io.clipure.stream.image.ImageHeader;
import io.clipure.stream.image.ImageLimits;
import io.clipure.stream.image.LoadedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Fuzz target, for Jazzer: what loading promises for any bytes at all. {@code mvn -Pfuzz} searches
 * for bytes that break it, {@link FuzzCorpusTest} tries those that are known.
 */
public final class ImageLoadFuzz {
  private static final int SIZE = 16;

  /** Small, so that time goes into variety. */
  private static final long MOST_PIXELS = 500_000;

  private static final DefaultImageLoader LOADER =
      new DefaultImageLoader(
          SIZE, new ImageLimits(ImageLimits.DEFAULT.maxBytes(), MOST_PIXELS, 32 << 20));

  private ImageLoadFuzz() {}

  /** Throws {@link AssertionError} where a promise is broken. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    byte[] original = bytes.clone();
    LoadedImage first = LOADER.load(ByteBuffer.wrap(bytes));
    LoadedImage second = LOADER.load(ByteBuffer.wrap(bytes));
    require(Arrays.equals(bytes, original), "the bytes were changed");
    Optional<ImageHeader> header = ImageHeader.peek(ByteBuffer.wrap(bytes));
    if (first instanceof LoadedImage.Prepared image) {
      require(image.pixels().length == 3 * SIZE * SIZE, "pixels have the wrong length");
      require(
          second instanceof LoadedImage.Prepared again
              && image.facts().equals(again.facts())
              && Arrays.equals(image.pixels(), again.pixels()),
          "two loads differ");
      ImageFacts facts = image.facts();
      require(
          header.isPresent()
              && header.get().format() == facts.format()
              && header.get().width() == facts.width()
              && header.get().height() == facts.height()
              && header.get().orientation() == facts.orientation(),
          "the header differs from the facts");
      require(
          facts.width() > 0 && facts.height() > 0 && header.get().pixels() <= MOST_PIXELS,
          "an image beyond the limit was decoded");
    } else {
      LoadedImage.Rejected rejected = (LoadedImage.Rejected) first;
      require(rejected.equals(second), "two loads differ");
      require(
          rejected.message().length() >= 10
              && rejected.message().length() <= 400
              && rejected.message().chars().allMatch(c -> c >= ' ' && c <= '~'),
          "the message is not one printable line: " + rejected.message());
    }
  }

  private static void require(boolean kept, String broken) {
    if (!kept) {
      throw new AssertionError(broken);
    }
  }
}
