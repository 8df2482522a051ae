package io.clipure.stream.purify;

/**
 * A purified unit embedding as {@code u' = alongAnchor · t + alongInput · u}, where u is the unit
 * image embedding before and t the unit blank anchor. Gradient ascent on cos(z, t) never leaves
 * their plane, so class cosines follow without another dot product.
 *
 * @param alongAnchor coefficient of t
 * @param alongInput coefficient of u
 * @param cosineBefore cosine of u to t
 * @param cosineAfter cosine of u' to t
 * @param displacement angle between u and u', radians
 */
public record PlanarRotation(
    double alongAnchor,
    double alongInput,
    double cosineBefore,
    double cosineAfter,
    double displacement) {

  /**
   * Cosine of the purified embedding to a class.
   *
   * @param anchorToClass t · w
   * @param inputToClass u · w
   */
  public double cosineTo(double anchorToClass, double inputToClass) {
    return alongAnchor * anchorToClass + alongInput * inputToClass;
  }
}
