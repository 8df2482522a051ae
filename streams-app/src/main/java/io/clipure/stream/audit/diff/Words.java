package io.clipure.stream.audit.diff;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Figures for people, and the sentence that says it all. */
public final class Words {
  private Words() {}

  /** A count with thousands apart. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A share in per cent; what is neither none nor all is shown as neither. */
  public static String percent(double share) {
    return figure(share) + " %";
  }

  /** A share with its interval, for example 0.24 %, 0.12–0.42 %. */
  public static String percent(Rate rate) {
    return percent(rate.share()) + ", " + interval(rate);
  }

  /** The interval of a share. */
  public static String interval(Rate rate) {
    return figure(rate.lower()) + "–" + figure(rate.upper()) + " %";
  }

  private static String figure(double share) {
    double percent = 100 * share;
    if (percent == 0 || percent == 100) {
      return String.format(Locale.ROOT, "%.0f", percent);
    }
    if (percent < 0.01) {
      return "<0.01";
    }
    if (percent > 99.99) {
      return ">99.99";
    }
    return String.format(Locale.ROOT, percent < 10 || percent > 99 ? "%.2f" : "%.1f", percent);
  }

  /** A threshold in six digits: one that was calibrated has more than anybody reads. */
  static String threshold(double threshold) {
    return Math.abs(threshold) < 1e6
        ? new BigDecimal(threshold).round(new MathContext(6)).stripTrailingZeros().toPlainString()
        : Double.toString(threshold);
  }

  /** Microseconds as milliseconds. */
  static String millis(double micros) {
    double millis = micros / 1000;
    return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%,.0f ms", millis);
  }

  /** Noun in singular or plural. */
  static String of(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  /** The first sentence of every form of the report. */
  public static String headline(DiffFigures figures) {
    if (figures.joined() == 0) {
      return "No image was labelled by both runs: there is nothing to compare";
    }
    long changed = figures.decisionsChanged();
    Rate rate = Rate.of(changed, figures.joined());
    StringBuilder line = new StringBuilder();
    line.append(changed == 0 ? "None" : count(changed))
        .append(" of ")
        .append(of(figures.joined(), "decision", "decisions"))
        .append(" changed (")
        .append(percent(rate))
        .append(")");
    long lost = figures.lost(Outcome.BLOCK);
    long gained = figures.gained(Outcome.BLOCK);
    if (lost > 0) {
      line.append("; ")
          .append(of(lost, "image is no longer blocked", "images are no longer blocked"));
    } else if (changed > 0) {
      line.append("; every image that was blocked still is");
    }
    if (gained > 0) {
      line.append("; ").append(of(gained, "is newly blocked", "are newly blocked"));
    }
    return line.toString();
  }
}
