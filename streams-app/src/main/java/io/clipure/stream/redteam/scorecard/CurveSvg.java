package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.html.Html;
import java.util.List;
import java.util.Locale;

/** A chart of shares against epsilon, as inline SVG that takes its colours from the page. */
final class CurveSvg {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 330;
  private static final int LEFT = 48;
  private static final int RIGHT = 14;
  private static final int TOP = 14;
  private static final int BOTTOM = 44;

  /** Error bars of neighbours stand side by side. */
  private static final double DODGE = 5;

  private CurveSvg() {}

  /**
   * One line of the chart.
   *
   * @param name for the legend
   * @param style names of its CSS classes
   * @param points by ascending epsilon
   */
  record Series(String name, String style, List<Point> points) {
    /** Copies. */
    Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A point.
   *
   * @param epsilon one of the chart's
   * @param share the figure
   */
  record Point(double epsilon, Share share) {}

  /**
   * Draws. Epsilons stand at equal distances, since they are usually doubled from one to the next.
   *
   * @param title read aloud by screen readers
   * @param unit of the axis below
   */
  static String draw(String title, String unit, List<Double> epsilons, List<Series> series) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            HEIGHT,
            Html.escape(title)));
    axes(svg, unit, epsilons);
    for (int i = 0; i < series.size(); i++) {
      line(svg, series.get(i), epsilons, DODGE * (i - (series.size() - 1) / 2.0));
    }
    return svg.append("</svg>").toString();
  }

  private static void axes(StringBuilder svg, String unit, List<Double> epsilons) {
    for (int percent = 0; percent <= 100; percent += 20) {
      double y = y(percent / 100.0);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>",
              LEFT,
              WIDTH - RIGHT,
              y,
              y,
              LEFT - 6,
              y + 4,
              percent));
    }
    for (double epsilon : epsilons) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              x(epsilon, epsilons),
              HEIGHT - BOTTOM + 18,
              epsilon == Math.rint(epsilon)
                  ? String.format(Locale.ROOT, "%.0f", epsilon)
                  : Double.toString(epsilon)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 6,
            Html.escape(unit)));
  }

  private static void line(StringBuilder svg, Series series, List<Double> epsilons, double dodge) {
    svg.append(String.format("<g class=\"%s\"><polyline points=\"", Html.escape(series.style())));
    for (Point point : series.points()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              x(point.epsilon(), epsilons) + dodge,
              y(point.share().rate())));
    }
    svg.append("\"/>");
    for (Point point : series.points()) {
      double x = x(point.epsilon(), epsilons) + dodge;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"bar\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\"><title>%s: %.1f %% (%.1f to %.1f)"
                  + "</title></circle>",
              x,
              x,
              y(point.share().low()),
              y(point.share().high()),
              x,
              y(point.share().rate()),
              Html.escape(series.name()),
              100 * point.share().rate(),
              100 * point.share().low(),
              100 * point.share().high()));
    }
    svg.append("</g>");
  }

  private static double x(double epsilon, List<Double> epsilons) {
    double step = (double) (WIDTH - LEFT - RIGHT) / epsilons.size();
    return LEFT + step * (epsilons.indexOf(epsilon) + 0.5);
  }

  private static double y(double share) {
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  }
}
