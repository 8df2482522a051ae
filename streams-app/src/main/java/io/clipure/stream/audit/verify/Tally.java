package io.clipure.stream.audit.verify;

import io.clipure.stream.policy.calibration.BinomialInterval;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Counts outcomes.
 *
 * <p><b>Threading</b>: one thread.
 */
public final class Tally {
  /** Of every interval. */
  public static final double CONFIDENCE = 0.95;

  private final Map<Obstacle, Long> obstacles = new EnumMap<>(Obstacle.class);
  private long exact;
  private long within;
  private long scores;
  private long differs;
  private double largest;

  /** Counts one. */
  public void add(Rederivation outcome) {
    if (outcome instanceof Rederivation.Reproduced reproduced) {
      exact += reproduced.exact() ? 1 : 0;
      within += reproduced.exact() ? 0 : 1;
      largest = Math.max(largest, reproduced.largest());
    } else if (outcome instanceof Rederivation.ScoresReproduced) {
      scores++;
    } else if (outcome instanceof Rederivation.Differs) {
      differs++;
    } else {
      obstacles.merge(((Rederivation.CannotVerify) outcome).why(), 1L, Long::sum);
    }
  }

  /** Verdicts counted. */
  public long all() {
    return exact + within + scores + differs + cannot();
  }

  /** Derived again from the image, to the bit. */
  public long exact() {
    return exact;
  }

  /** Derived again from the image, within the tolerance. */
  public long within() {
    return within;
  }

  /** Derived again from stored embeddings only. */
  public long scoresOnly() {
    return scores;
  }

  /** Not what the record says. */
  public long differs() {
    return differs;
  }

  /** Of which nothing can be said. */
  public long cannot() {
    return obstacles.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those by reason. */
  public Map<Obstacle, Long> obstacles() {
    return Map.copyOf(obstacles);
  }

  /** Largest difference of a number among those derived again from the image. */
  public double largest() {
    return largest;
  }

  /**
   * Whether every verdict was derived again; from its embeddings, if that is all that was asked.
   */
  public boolean allReproduced(boolean scoresSuffice) {
    return exact + within + (scoresSuffice ? scores : 0) == all() && all() > 0;
  }

  /**
   * The largest share of what the verdicts were drawn from that can differ, at {@link #CONFIDENCE},
   * where none of them did; about 3 / n (the rule of three). Empty where one did.
   */
  public OptionalDouble mostThatDiffer(boolean scoresSuffice) {
    return allReproduced(scoresSuffice)
        ? OptionalDouble.of(-Math.expm1(Math.log(1 - CONFIDENCE) / all()))
        : OptionalDouble.empty();
  }

  /** Exact interval of the share derived again from the image (Clopper and Pearson 1934). */
  public BinomialInterval interval(boolean scoresSuffice) {
    return BinomialInterval.of(
        exact + within + (scoresSuffice ? scores : 0), Math.max(1, all()), CONFIDENCE);
  }
}
