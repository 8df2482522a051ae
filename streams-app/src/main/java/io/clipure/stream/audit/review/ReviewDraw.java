package io.clipure.stream.audit.review;

import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.ReviewSampling;
import io.clipure.stream.audit.sampling.KeyedHash;
import java.util.Optional;

/**
 * Draws verdicts for review: every flagged one, and each of the rest with the same chance, decided
 * by a keyed hash of its id. The draw of one id does not depend on any other.
 *
 * <p><b>Threading</b>: one thread.
 */
public final class ReviewDraw {
  private final KeyedHash hash;
  private final double share;

  /**
   * A draw.
   *
   * @param share chance of a verdict without a flag, 0 to 1
   */
  public ReviewDraw(KeyedHash hash, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the share is " + share + ", expected 0 to 1");
    }
    this.hash = hash;
    this.share = share;
  }

  /** How a verdict was drawn; empty: it was not. */
  public Optional<ReviewSampling> of(LabelledImage verdict) {
    Stratum stratum = Stratum.of(verdict);
    if (stratum == Stratum.FLAGGED) {
      return Optional.of(new ReviewSampling(stratum.id(), 1.0));
    }
    return hash.chooses(verdict.getId(), share)
        ? Optional.of(new ReviewSampling(stratum.id(), share))
        : Optional.empty();
  }
}
