package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.html.Html;
import io.clipure.stream.redteam.attack.Norm;
import java.util.Locale;

/** Figures of a scorecard in HTML. */
final class Figures {
  private Figures() {}

  /** A share with its interval. */
  static String percent(Share share) {
    return Html.percent(share.rate())
        + String.format(
            Locale.ROOT,
            " <span class=\"ci\">%.1f–%.1f</span>",
            100 * share.low(),
            100 * share.high());
  }

  /** A size of perturbation. */
  static String epsilon(Norm norm, double epsilon) {
    String figure =
        epsilon == Math.rint(epsilon)
            ? String.format(Locale.ROOT, "%.0f", epsilon)
            : String.format(Locale.ROOT, "%s", epsilon);
    return switch (norm) {
      case LINF -> epsilon == 0 ? "0" : figure + "/255";
      case L2 -> "L2 " + figure;
    };
  }
}
