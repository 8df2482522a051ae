package io.clipure.stream.app;

import io.clipure.stream.policy.calibration.Reliability;
import java.util.Locale;

/** Diagrams as inline SVG, in colours that the page's style sheet names. */
final class CalibrationPlots {
  private static final int SIDE = 260;
  private static final int WIDE = 420;
  private static final int TALL = 180;
  private static final int LEFT = 40;
  private static final int ROOM = 30;
  private static final int BARS = 40;

  private CalibrationPlots() {}

  /** Accuracy over confidence, one circle a bin, the area growing with its images. */
  static String reliability(Reliability diagram) {
    StringBuilder svg = open(SIDE, SIDE);
    axes(svg, SIDE, SIDE, "confidence", "accuracy");
    svg.append(
        line(LEFT, SIDE, LEFT + SIDE, 0, "var(--faint)")
            .replace("/>", " stroke-dasharray=\"4\"/>"));
    int images = diagram.bins().stream().mapToInt(Reliability.Bin::images).sum();
    for (Reliability.Bin bin : diagram.bins()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"var(--soft)\""
                  + " stroke=\"var(--blue)\"><title>%d images, confidence %.3f, accuracy"
                  + " %.3f</title></circle>",
              LEFT + SIDE * bin.confidence(),
              SIDE * (1 - bin.accuracy()),
              3 + 12 * Math.sqrt((double) bin.images() / images),
              bin.images(),
              bin.confidence(),
              bin.accuracy()));
    }
    return svg.append("</svg>").toString();
  }

  /** How many images have which score, on a logarithmic scale, and the threshold. */
  static String histogram(double[] scores, double threshold, String colour) {
    double most = Math.max(1, threshold);
    for (double score : scores) {
      most = Math.max(most, score);
    }
    int[] counts = new int[BARS];
    int highest = 1;
    for (double score : scores) {
      int bar = Math.min(BARS - 1, (int) (score / most * BARS));
      highest = Math.max(highest, ++counts[bar]);
    }
    StringBuilder svg = open(WIDE, TALL);
    axes(svg, WIDE, TALL, "score, 0 to %.3g".formatted(most), "images, up to " + highest);
    double width = (double) WIDE / BARS;
    for (int b = 0; b < BARS; b++) {
      double height = TALL * Math.log1p(counts[b]) / Math.log1p(highest);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>%d"
                  + " images</title></rect>",
              LEFT + b * width,
              TALL - height,
              width - 1,
              height,
              colour,
              counts[b]));
    }
    double at = LEFT + WIDE * threshold / most;
    return svg.append(line(at, TALL, at, 0, "var(--ink)")).append("</svg>").toString();
  }

  private static StringBuilder open(int width, int height) {
    return new StringBuilder(
        "<svg role=\"img\" width=\"%1$d\" height=\"%2$d\" viewBox=\"-5 -20 %1$d %2$d\">"
            .formatted(width + LEFT + 20, height + ROOM + 30));
  }

  private static void axes(StringBuilder svg, int width, int height, String x, String y) {
    svg.append(line(LEFT, height, LEFT + width, height, "var(--ink)"))
        .append(line(LEFT, height, LEFT, 0, "var(--ink)"))
        .append(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                .formatted(LEFT + width / 2, height + 20, x))
        .append(
            "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">%s</text>"
                .formatted(LEFT - 12, height / 2, y));
  }

  private static String line(double x1, double y1, double x2, double y2, String colour) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1,
        y1,
        x2,
        y2,
        colour);
  }
}
