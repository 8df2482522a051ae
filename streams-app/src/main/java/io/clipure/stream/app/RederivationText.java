package io.clipure.stream.app;

import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.verify.Difference;
import io.clipure.stream.audit.verify.Rederivation;
import io.clipure.stream.audit.verify.Tally;
import io.clipure.stream.policy.calibration.BinomialInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Outcomes for people: a block a verdict, then a summary. */
final class RederivationText {
  /** Differences shown of one verdict; scores of hundreds of labels may all differ. */
  private static final int MOST_DIFFERENCES = 20;

  private RederivationText() {}

  /** The lines of one verdict. */
  static List<String> block(String place, LabelledImage verdict, Rederivation outcome) {
    List<String> lines = new ArrayList<>();
    String id = SafeText.cut(SafeText.of(verdict.getId()), 60);
    lines.add(
        "%-18s %s  (%s)  %s by %s"
            .formatted(
                title(outcome),
                id,
                SafeText.of(place),
                verdict.getDecision(),
                SafeText.cut(SafeText.of(verdict.getDecidedBy()), 60)));
    lines.addAll(details(outcome));
    return lines;
  }

  /** What there is to say besides the outcome's title. */
  static List<String> details(Rederivation outcome) {
    List<String> lines = new ArrayList<>();
    if (outcome instanceof Rederivation.Reproduced reproduced && !reproduced.exact()) {
      lines.add(indent("largest difference " + figure(reproduced.largest())));
    } else if (outcome instanceof Rederivation.ScoresReproduced scores) {
      lines.add(
          indent(
              "from the stored embeddings, largest difference "
                  + figure(scores.largest())
                  + "; the image itself: "
                  + scores.why()));
      lines.add(indent(SafeText.of(scores.detail())));
    } else if (outcome instanceof Rederivation.CannotVerify cannot) {
      lines.add(indent(cannot.why() + ": " + SafeText.of(cannot.detail())));
    } else if (outcome instanceof Rederivation.Differs differs) {
      differs.differences().stream()
          .limit(MOST_DIFFERENCES)
          .forEach(difference -> lines.add(indent(line(difference))));
      int more = differs.differences().size() - MOST_DIFFERENCES;
      if (more > 0) {
        lines.add(indent("and " + more + " more; --json has all"));
      }
    }
    outcome.notes().forEach(note -> lines.add(indent(SafeText.of(note))));
    return lines;
  }

  /** The line of something that is not there. */
  static String missing(String name, String detail) {
    return "%-18s %s: %s"
        .formatted("no verdict", SafeText.cut(SafeText.of(name), 100), SafeText.of(detail));
  }

  static String title(Rederivation outcome) {
    if (outcome instanceof Rederivation.Reproduced reproduced) {
      return reproduced.exact() ? "reproduced exactly" : "reproduced";
    }
    if (outcome instanceof Rederivation.ScoresReproduced) {
      return "scores reproduced";
    }
    return outcome instanceof Rederivation.Differs ? "DIFFERS" : "cannot verify";
  }

  /** The account. */
  static List<String> summary(Tally tally, boolean scoresSuffice) {
    long good = tally.exact() + tally.within() + (scoresSuffice ? tally.scoresOnly() : 0);
    BinomialInterval interval = tally.interval(scoresSuffice);
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s %d of %d verdicts: %s %% (95 %% interval %s to %s %%)",
            scoresSuffice ? "Scores reproduced of" : "Reproduced",
            good,
            tally.all(),
            percent(tally.all() == 0 ? 0 : (double) good / tally.all()),
            percent(interval.lower()),
            percent(interval.upper())));
    lines.add(
        "  from the image: %d exactly, %d within the tolerance (largest difference %s)"
            .formatted(tally.exact(), tally.within(), figure(tally.largest())));
    lines.add(
        "  from stored embeddings only: %d; differ: %d; cannot be verified: %d%s"
            .formatted(
                tally.scoresOnly(), tally.differs(), tally.cannot(), reasons(tally.obstacles())));
    tally
        .mostThatDiffer(scoresSuffice)
        .ifPresent(
            most ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "  none differs: of all that these were drawn from, at most %.4f %% do, with"
                            + " 95 %% confidence (rule of three)",
                        100 * most)));
    return lines;
  }

  private static String reasons(Map<?, Long> obstacles) {
    return obstacles.isEmpty()
        ? ""
        : new TreeMap<>(obstacles)
            .entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String line(Difference difference) {
    return "%-32s recorded %s, now %s%s"
        .formatted(
            SafeText.of(difference.field()),
            SafeText.cut(SafeText.of(difference.recorded()), 100),
            SafeText.cut(SafeText.of(difference.now()), 100),
            difference.by().isPresent() ? ", off by " + figure(difference.by().getAsDouble()) : "");
  }

  private static String indent(String line) {
    return "    " + line;
  }

  private static String figure(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.2g", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
