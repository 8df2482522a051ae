package io.clipure.stream.audit.diff;

import java.util.Locale;

/**
 * The shifts of one label as small bars: falls to the left, rises to the right, what hardly moved
 * grey between. Heights are logarithmic, or a thousand images that stayed would hide ten that
 * moved. Colours come from the page.
 */
final class ShiftSvg {
  private static final int BAR = 11;
  private static final int HEIGHT = 34;

  private ShiftSvg() {}

  static String draw(LabelShift label) {
    long[] bins = label.shifts();
    int middle = bins.length / 2;
    long most = 1;
    long falls = 0;
    long rises = 0;
    for (int i = 0; i < bins.length; i++) {
      most = Math.max(most, bins[i]);
      falls += i < middle ? bins[i] : 0;
      rises += i > middle ? bins[i] : 0;
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"shift\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s fell by more"
                + " than 0.01, %s stayed, %s rose\">",
            BAR * bins.length,
            HEIGHT + 1,
            Words.count(falls),
            Words.count(bins[middle]),
            Words.count(rises)));
    for (int i = 0; i < bins.length; i++) {
      double height = bins[i] == 0 ? 0 : 3 + (HEIGHT - 3) * Math.log1p(bins[i]) / Math.log1p(most);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"><title>%s:"
                  + " %s</title></rect>",
              i < middle ? "fell" : i > middle ? "rose" : "stayed",
              i * BAR + 1,
              HEIGHT - height,
              BAR - 2,
              height,
              range(i),
              Words.of(bins[i], "image", "images")));
    }
    return svg.append(
            String.format(
                Locale.ROOT,
                "<line x1=\"0\" x2=\"%d\" y1=\"%d.5\" y2=\"%d.5\"/></svg>",
                BAR * bins.length,
                HEIGHT,
                HEIGHT))
        .toString();
  }

  /** What a bin holds, in words. */
  static String range(int bin) {
    int middle = LabelTally.EDGES.size();
    int far = Math.abs(bin - middle);
    if (far == 0) {
      return "moved by at most " + LabelTally.EDGES.get(0);
    }
    String way = bin < middle ? "fell" : "rose";
    double from = LabelTally.EDGES.get(far - 1);
    return far == LabelTally.EDGES.size()
        ? way + " by more than " + from
        : way + " by " + from + " to " + LabelTally.EDGES.get(far);
  }
}
