package io.clipure.stream.clip;

/**
 * What an encoder says of one image.
 *
 * @param views {@code [views, dimension]} embeddings, not normalised, in the order of {@link
 *     ImageViews#views}; not to be modified
 * @param purified the same after a purifier that needs the device (CLIPure-Diff), unit vectors;
 *     null: none ran on the device, whoever judges may still purify in closed form
 * @param elbo the evidence lower bound that such a purifier's prior gave of each view before it
 *     moved: the lower, the less like a clean image; null: none ran
 */
public record ImageEmbeddings(float[][] views, float[][] purified, double[] elbo) {
  /** Checks the shape. */
  public ImageEmbeddings {
    if (views.length == 0 || purified != null && purified.length != views.length) {
      throw new IllegalArgumentException(
          "embeddings of "
              + views.length
              + " views, "
              + (purified == null ? "none" : purified.length)
              + " purified; expected at least one view, and as many purified or none");
    }
    if (elbo != null && elbo.length != views.length) {
      throw new IllegalArgumentException(
          "evidence bounds of "
              + elbo.length
              + " views; expected one for each of "
              + views.length
              + ", or none");
    }
  }

  /** Views whose evidence bound nobody has asked for. */
  public ImageEmbeddings(float[][] views, float[][] purified) {
    this(views, purified, null);
  }

  /** An image seen once. */
  public static ImageEmbeddings of(float[] embedding) {
    return new ImageEmbeddings(new float[][] {embedding}, null);
  }

  /** The embedding of the image itself. */
  public float[] image() {
    return views[0];
  }
}
