package io.clipure.stream.audit.rescore;

import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.Provenance;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What changed between old and new verdicts. Where model, label set, calibration, views, purifier
 * and suspicion rule are the same, nothing but half precision (or a threshold of the configuration,
 * which results do not name) can have moved a score.
 *
 * <p><b>Threading</b>: thread-safe.
 */
public final class Drift {
  private final LongAdder judged = new LongAdder();
  private final LongAdder changed = new LongAdder();
  private final LongAdder alike = new LongAdder();
  private final LongAdder flips = new LongAdder();
  private final LongAdder labelFlips = new LongAdder();
  private final DoubleAccumulator largest = new DoubleAccumulator(Math::max, 0);
  private final LongAccumulator first = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final LongAccumulator last = new LongAccumulator(Math::max, Long.MIN_VALUE);
  private final LongSupplier nanoTime;

  /**
   * Nothing counted yet.
   *
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public Drift(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * So far.
   *
   * @param judged results judged anew by this process
   * @param changed of them with another decision
   * @param alike of them made under the same facts as the candidate's
   * @param flips of those with another decision
   * @param labelFlips of those with another top label
   * @param largest change of a label's score among those
   * @param seconds from the first to the last result judged by this process
   */
  public record Totals(
      long judged,
      long changed,
      long alike,
      long flips,
      long labelFlips,
      double largest,
      double seconds) {}

  /** Counts one. */
  void observe(LabelledImage before, LabelledImage after) {
    judged.increment();
    long now = nanoTime.getAsLong();
    first.accumulate(now);
    last.accumulate(now);
    compare(before, after);
  }

  private void compare(LabelledImage before, LabelledImage after) {
    boolean flipped = before.getDecision() != after.getDecision();
    if (flipped) {
      changed.increment();
    }
    if (!sameFacts(before, after)) {
      return;
    }
    alike.increment();
    if (flipped) {
      flips.increment();
    }
    if (!before.getTopLabel().equals(after.getTopLabel())) {
      labelFlips.increment();
    }
    List<LabelScore> old = before.getScores();
    List<LabelScore> now = after.getScores();
    double most = 0;
    for (int k = 0; k < Math.min(old.size(), now.size()); k++) {
      most = Math.max(most, Math.abs(old.get(k).getScore() - now.get(k).getScore()));
    }
    if (most > 0) {
      largest.accumulate(most);
    }
  }

  private static boolean sameFacts(LabelledImage before, LabelledImage after) {
    Provenance then = before.getProvenance();
    Provenance now = after.getProvenance();
    return then.getModelDigest().equals(now.getModelDigest())
        && then.getLabelSetDigest().equals(now.getLabelSetDigest())
        && Objects.equals(then.getCalibrationId(), now.getCalibrationId())
        && Objects.equals(then.getViewPlan(), now.getViewPlan())
        && before.getPurification().getMethod().equals(after.getPurification().getMethod())
        && before.getSuspicion().getRule().equals(after.getSuspicion().getRule());
  }

  /** The counts so far. */
  public Totals totals() {
    return new Totals(
        judged.sum(),
        changed.sum(),
        alike.sum(),
        flips.sum(),
        labelFlips.sum(),
        largest.get(),
        judged.sum() == 0 ? 0 : (last.get() - first.get()) / 1e9);
  }
}
