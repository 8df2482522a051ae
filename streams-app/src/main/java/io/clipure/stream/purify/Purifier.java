package io.clipure.stream.purify;

/** Moves an image embedding toward likelier ones (CLIPure, arXiv 2502.18176). Thread-safe. */
public interface Purifier {
  /** Method and settings in one line, for provenance. */
  String id();

  /**
   * Purifies one embedding; depends on nothing but its arguments.
   *
   * @param cosineToAnchor cosine between the image embedding and the blank anchor, in [-1, 1]
   * @return the purified direction in the plane of both
   */
  PlanarRotation purify(double cosineToAnchor);
}
