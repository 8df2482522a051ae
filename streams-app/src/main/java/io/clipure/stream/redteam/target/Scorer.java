package io.clipure.stream.redteam.target;

import java.util.List;

/**
 * The decision itself: all that a black-box attack may ask.
 *
 * <p><b>Threading</b>: not thread-safe.
 */
public interface Scorer {
  /**
   * What was decided about an image.
   *
   * @param margin how far the decision is from failing, below 0 where it failed; the scale is the
   *     target's
   * @param evades whether the decision failed: the image is taken for another class, or, for a
   *     harmful one under moderation, neither acted upon as its label asks nor flagged
   */
  record Decision(double margin, boolean evades) {}

  /**
   * Decides; each image is one query.
   *
   * @param pixels {@code [size, size, 3]} uint8 each
   * @param victims whose image each row is a version of
   */
  List<Decision> decide(List<byte[]> pixels, List<Victim> victims);
}
