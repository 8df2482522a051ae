package io.clipure.stream.clip;

/**
 * What an encoder says of one image.
 *
 * @param views {@code [views, dimension]} embeddings, not normalised, in the order of {@link
 *     ImageViews#views}; not to be modified
 * @param purified the same after a purifier that needs the device (CLIPure-Diff), unit vectors;
 *     null: none ran on the device, whoever judges may still purify in closed form
 */
public record ImageEmbeddings(float[][] views, float[][] purified) {
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
