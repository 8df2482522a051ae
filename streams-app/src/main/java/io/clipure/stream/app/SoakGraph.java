package io.clipure.stream.app;

import java.util.Arrays;
import java.util.Locale;

/** A line graph as a self-contained SVG: both axes from zero, round steps, one colour a line. */
final class SoakGraph {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;
  private static final int LEFT = 60;
  private static final int TOP = 40;
  private static final int RIGHT = 20;
  private static final int BOTTOM = 40;
  private static final int STEPS = 6;

  private record Line(String name, String colour, double[] values) {}

  private final String title;
  private final double[] x;
  private final java.util.List<Line> lines = new java.util.ArrayList<>();

  SoakGraph(String title, double[] x) {
    this.title = title;
    this.x = x.clone();
  }

  /** Adds a line; points that are not numbers are left out. */
  SoakGraph line(String name, String colour, double[] values) {
    lines.add(new Line(name, colour, values.clone()));
    return this;
  }

  String svg() {
    double stepX = step(Arrays.stream(x).max().orElse(1));
    double stepY =
        step(
            lines.stream()
                .flatMapToDouble(line -> Arrays.stream(line.values()))
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(1));
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\"><rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>",
        WIDTH,
        HEIGHT);
    add(svg, "<text x=\"%d\" y=\"20\" font-size=\"14\">%s</text>", LEFT, title);
    for (int i = 0; i <= STEPS; i++) {
      add(
          svg,
          "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%s</text>",
          LEFT,
          y(i, STEPS),
          WIDTH - RIGHT,
          LEFT - 6,
          y(i, STEPS) + 4,
          number(i * stepY));
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(i, STEPS),
          HEIGHT - BOTTOM + 18,
          number(i * stepX));
    }
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      StringBuilder points = new StringBuilder();
      for (int k = 0; k < x.length; k++) {
        if (!Double.isNaN(line.values()[k])) {
          points.append(
              String.format(
                  Locale.ROOT,
                  "%.1f,%.1f ",
                  x(x[k], STEPS * stepX),
                  y(line.values()[k], STEPS * stepY)));
        }
      }
      add(
          svg,
          "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>"
              + "<text x=\"%d\" y=\"20\" fill=\"%s\" text-anchor=\"end\">%s</text>",
          line.colour(),
          points,
          WIDTH - RIGHT - 180 * i,
          line.colour(),
          line.name());
    }
    return svg.append("</svg>\n").toString();
  }

  private static double x(double value, double full) {
    return LEFT + value / full * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double value, double full) {
    return HEIGHT - BOTTOM - value / full * (HEIGHT - TOP - BOTTOM);
  }

  /**
   * The least of 1, 2, 2.5, 3, 4, 5, 10, ... (and tenths) that reaches {@code max} in all steps.
   */
  private static double step(double max) {
    double least = Math.max(max, 1e-3) / STEPS;
    double unit = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 2.5, 3, 4, 5}) {
      if (factor * unit >= least) {
        return factor * unit;
      }
    }
    return 10 * unit;
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
