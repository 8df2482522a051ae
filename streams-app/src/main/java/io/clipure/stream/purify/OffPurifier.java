package io.clipure.stream.purify;

/** No purification: the embedding is judged as the encoder made it. */
public final class OffPurifier implements Purifier {
  @Override
  public String id() {
    return "off";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the cosine is not a number
   */
  @Override
  public PlanarRotation purify(double cosineToAnchor) {
    return Cosines.unmoved(Cosines.clamp(cosineToAnchor));
  }
}
