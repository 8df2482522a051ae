package io.clipure.stream.policy;

import java.util.Locale;
import java.util.Map;

/**
 * Suspicion from what purification changed: score = (label change + total variation) / 2, in 0..1.
 *
 * <ul>
 *   <li>{@code label-change}: 1 if purification changed the top label, else 0;
 *   <li>{@code total-variation}: half the sum of absolute score differences, before against after;
 *   <li>{@code displacement}: angle of the purification in radians. Reported, not scored: in closed
 *       form it follows from the cosine to the anchor alone.
 * </ul>
 *
 * <p>With the default threshold of 0.5 an image is flagged exactly when its top label did not
 * survive purification. It is a weak signal: on small perturbations it found 0 to 6 % of attacks at
 * 1 % false alarms. It stands here because it costs nothing; do not rely on it alone.
 */
public final class PurificationShiftRule implements SuspicionRule {
  @Override
  public String id() {
    return "purification-shift/1";
  }

  @Override
  public double defaultThreshold() {
    return 0.5;
  }

  @Override
  public Assessment assess(SuspicionEvidence evidence) {
    double[] before = evidence.scoresBefore();
    double[] after = evidence.scoresAfter();
    double change = Scores.top(before) == Scores.top(after) ? 0 : 1;
    double variation = Scores.totalVariation(before, after);
    return new Assessment(
        (change + variation) / 2,
        Map.of(
            "label-change", change,
            "total-variation", variation,
            "displacement", evidence.rotation().displacement()),
        () ->
            String.format(
                Locale.ROOT,
                "purification %s the top label and moves %.1f %% of the probability",
                change > 0 ? "changes" : "keeps",
                100 * variation));
  }
}
