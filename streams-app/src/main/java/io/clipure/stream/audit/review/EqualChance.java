package io.clipure.stream.audit.review;

import io.clipure.schemas.ReviewDecision;
import io.clipure.stream.audit.sampling.KeyedHash;
import java.util.Collection;
import java.util.List;

/**
 * Reviews as a sample of the traffic in which every image had the same chance: flagged images are
 * all reviewed, the rest are not, so among reviews what is hard is far too frequent, and whoever
 * learns from all of them learns of another traffic. Each review is kept with the chance of the
 * rarest reviewed divided by its own, decided by a hash of its id; what remains needs no weights.
 */
public final class EqualChance {
  private static final String KEY = "clipure-equal-chance/1";

  private EqualChance() {}

  /** The reviews that are kept; the same ones every time. */
  public static List<ReviewDecision> of(Collection<ReviewDecision> reviews) {
    double rarest = reviews.stream().mapToDouble(EqualChance::chance).min().orElse(1);
    KeyedHash hash = new KeyedHash(KEY);
    return reviews.stream()
        .filter(review -> hash.chooses(review.getId(), rarest / chance(review)))
        .toList();
  }

  private static double chance(ReviewDecision review) {
    return review.getSampling().getInclusionProbability();
  }
}
