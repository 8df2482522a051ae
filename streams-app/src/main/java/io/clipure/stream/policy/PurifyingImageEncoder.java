package io.clipure.stream.policy;

import io.clipure.stream.clip.DjlPrior;
import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.purify.DiffPurifier;
import io.clipure.stream.purify.DiffPurifierSettings;
import io.clipure.stream.purify.DiffusionSchedule;
import io.clipure.stream.purify.ImageNoise;
import io.clipure.stream.purify.NoiseSource;
import io.clipure.stream.purify.PriorNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * An image encoder followed by CLIPure-Diff on the same device: {@link #encodeViews} returns every
 * view's embedding, its purified direction and its evidence bound. All views of a batch are
 * purified together, each with noise of its own, derived from the image's digest and the view's
 * number. {@link #encode} has no digests to derive noise from and returns embeddings alone.
 *
 * <p><b>Threading</b>: not thread-safe; each device worker owns one. Owns encoder and prior.
 */
public final class PurifyingImageEncoder implements ImageEncoder {
  private final ImageEncoder encoder;
  private final DiffPurifier purifier;
  private final long seed;
  private final Runnable closePrior;

  /**
   * An encoder that purifies; owns what it is given.
   *
   * @param seed with the image's digest, what noise is derived from
   * @param closePrior run when this is closed
   */
  public PurifyingImageEncoder(
      ImageEncoder encoder, DiffPurifier purifier, long seed, Runnable closePrior) {
    this.encoder = Objects.requireNonNull(encoder, "encoder");
    this.purifier = Objects.requireNonNull(purifier, "purifier");
    this.seed = seed;
    this.closePrior = closePrior;
  }

  /**
   * An encoder that purifies; owns what it is given.
   *
   * @throws IllegalArgumentException if the settings draw timesteps that the prior does not have
   */
  public static PurifyingImageEncoder of(
      ImageEncoder encoder, DjlPrior prior, DiffPurifierSettings settings) {
    DiffPurifier purifier =
        new DiffPurifier(
            settings,
            new DiffusionSchedule(prior.timesteps()),
            prior.scale(),
            new DevicePrior(prior));
    return new PurifyingImageEncoder(encoder, purifier, settings.seed(), prior::close);
  }

  @Override
  public String device() {
    return encoder.device();
  }

  @Override
  public int imageSize() {
    return encoder.imageSize();
  }

  @Override
  public int dimension() {
    return encoder.dimension();
  }

  @Override
  public float[][] encode(List<byte[]> pixels) {
    return encoder.encode(pixels);
  }

  @Override
  public List<ImageEmbeddings> encodeViews(List<ImageViews> images) {
    List<ImageEmbeddings> encoded = encoder.encodeViews(images);
    List<float[]> embeddings = new ArrayList<>();
    List<ImageNoise> noise = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      float[][] views = encoded.get(i).views();
      for (int view = 0; view < views.length; view++) {
        if (!isZero(views[view])) {
          embeddings.add(views[view]);
          noise.add(new ImageNoise(seed, images.get(i).digest(), view));
        }
      }
    }
    List<DiffPurifier.Purified> purified = purifier.purify(embeddings, noise);
    List<ImageEmbeddings> result = new ArrayList<>(encoded.size());
    int next = 0;
    for (ImageEmbeddings image : encoded) {
      float[][] views = image.views();
      float[][] directions = new float[views.length][];
      double[] elbo = new double[views.length];
      for (int view = 0; view < views.length; view++) {
        if (isZero(views[view])) {
          // Has no direction: left to whoever judges, so that it does not fail its batch-mates.
          directions[view] = views[view];
          elbo[view] = Double.NEGATIVE_INFINITY;
        } else {
          directions[view] = purified.get(next).direction();
          elbo[view] = purified.get(next).elbo();
          next++;
        }
      }
      result.add(new ImageEmbeddings(views, directions, elbo));
    }
    return result;
  }

  /**
   * What {@link #encodeViews} would purify embeddings to under another noise: for attacks, which
   * see the purifier without knowing what it will draw.
   *
   * @param embeddings {@code [batch, dimension]}, of any length but zero; not modified
   * @param noise one source an embedding
   * @return unit vectors {@code [batch, dimension]}
   * @throws IllegalArgumentException if an embedding is zero or not finite
   */
  public List<float[]> purify(List<float[]> embeddings, List<? extends NoiseSource> noise) {
    return purifier.purify(embeddings, noise).stream()
        .map(DiffPurifier.Purified::direction)
        .toList();
  }

  /**
   * Encodes and purifies {@code maxBatch} blank images, so that the first real batch finds buffers
   * and memory arenas ready.
   *
   * @throws io.clipure.stream.clip.EncoderException if the engine fails
   */
  public void warmUp(int maxBatch) {
    byte[] blank = new byte[imageSize() * imageSize() * 3];
    encodeViews(Collections.nCopies(maxBatch, ImageViews.of(blank)));
  }

  @Override
  public void close() {
    try {
      encoder.close();
    } finally {
      closePrior.run();
    }
  }

  private static boolean isZero(float[] embedding) {
    for (float value : embedding) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** The clip room knows nothing of purification: the same two methods under purify's name. */
  private record DevicePrior(DjlPrior prior) implements PriorNetwork {
    @Override
    public float[][] predict(float[][] noised, long[] timesteps) {
      return prior.predict(noised, timesteps);
    }

    @Override
    public float[][] vjp(float[][] noised, long[] timesteps, float[][] cotangents) {
      return prior.vjp(noised, timesteps, cotangents);
    }
  }
}
