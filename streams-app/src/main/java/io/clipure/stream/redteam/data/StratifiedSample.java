package io.clipure.stream.redteam.data;

import io.clipure.stream.policy.Label;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A seeded sample in which every label has as nearly the same share as the data set allows. The
 * same data set and seed give the same images on every machine, and a larger sample begins with the
 * smaller one.
 *
 * @param images the chosen images with their pixels, in the order drawn
 * @param asked how many were asked for
 * @param available how many the data set has
 * @param rejected files that the loader refused, as {@code name: reason}
 */
public record StratifiedSample(
    List<Drawn> images, int asked, int available, List<String> rejected) {
  /** Copies. */
  public StratifiedSample {
    images = List.copyOf(images);
    rejected = List.copyOf(rejected);
  }

  /**
   * One image, loaded.
   *
   * @param name its name in the data set
   * @param truth what it shows
   * @param pixels {@code [size, size, 3]} RGB uint8; not to be modified
   */
  public record Drawn(String name, Label truth, byte[] pixels) {}

  /** Makes the encoder's pixels of encoded bytes. */
  @FunctionalInterface
  public interface Loader {
    /** Loads an image: its pixels, or the reason for which it was refused. */
    Loaded load(byte[] encoded);
  }

  /**
   * What a loader says.
   *
   * @param pixels the pixels; empty: refused
   * @param problem one line if refused
   */
  public record Loaded(Optional<byte[]> pixels, String problem) {}

  /**
   * Draws a sample.
   *
   * @param set the data set
   * @param wanted which labels take part
   * @param count how many images
   * @param seed of the order in each label and of the order of labels
   * @throws DataException if a file cannot be read
   */
  public static StratifiedSample draw(
      ImageSet set, Predicate<Label> wanted, int count, long seed, Loader loader) {
    List<LabelledImage> order = order(set, wanted, seed);
    List<Drawn> drawn = new ArrayList<>();
    List<String> rejected = new ArrayList<>();
    for (LabelledImage image : order) {
      if (drawn.size() == count) {
        break;
      }
      Loaded loaded = loader.load(read(image));
      if (loaded.pixels().isPresent()) {
        drawn.add(new Drawn(image.name(), image.truth(), loaded.pixels().get()));
      } else {
        rejected.add(image.name() + ": " + loaded.problem());
      }
    }
    return new StratifiedSample(drawn, count, order.size(), rejected);
  }

  private static byte[] read(LabelledImage image) {
    try {
      return image.source().read();
    } catch (IOException e) {
      throw new DataException(image.name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** One shuffled round of labels after another, each label giving its next image. */
  private static List<LabelledImage> order(ImageSet set, Predicate<Label> wanted, long seed) {
    Map<String, List<LabelledImage>> byLabel = new TreeMap<>();
    for (LabelledImage image : set.images()) {
      if (wanted.test(image.truth())) {
        byLabel.computeIfAbsent(image.truth().id(), id -> new ArrayList<>()).add(image);
      }
    }
    Random random = new Random(seed);
    byLabel.values().forEach(images -> images.sort(Comparator.comparing(LabelledImage::name)));
    byLabel.values().forEach(images -> Collections.shuffle(images, random));
    List<LabelledImage> order = new ArrayList<>();
    List<List<LabelledImage>> round = new ArrayList<>(byLabel.values());
    for (int turn = 0; !round.isEmpty(); turn++) {
      int next = turn;
      round.removeIf(images -> images.size() <= next);
      Collections.shuffle(round, random);
      round.forEach(images -> order.add(images.get(next)));
    }
    return order;
  }

  /** How many of the sample show each label, in the order first drawn. */
  public Map<String, Integer> perLabel() {
    return count(drawn -> drawn.truth().id());
  }

  private Map<String, Integer> count(Function<Drawn, String> key) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    images.forEach(drawn -> counts.merge(key.apply(drawn), 1, Integer::sum));
    return counts;
  }
}
