package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.html.Html;
import io.clipure.stream.redteam.attack.Norm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The charts of a scorecard with their legend. */
final class CurvesHtml {
  private CurvesHtml() {}

  static String draw(Scorecard card) {
    StringBuilder html = new StringBuilder();
    for (Norm norm : Norm.values()) {
      List<Double> epsilons = attacked(card, norm).map(Cell::epsilon).distinct().sorted().toList();
      if (!epsilons.isEmpty()) {
        List<Double> ticks = Stream.concat(Stream.of(0.0), epsilons.stream()).distinct().toList();
        chart(
            html, card, norm, ticks, "Harmful images that get through (low is good)", Cell::evaded);
        chart(
            html,
            card,
            norm,
            ticks,
            "Harmful images still named rightly (high is good)",
            Cell::robust);
      }
    }
    return html.toString();
  }

  private static void chart(
      StringBuilder html,
      Scorecard card,
      Norm norm,
      List<Double> ticks,
      String title,
      Function<Cell, Share> figure) {
    List<CurveSvg.Series> series = series(card, norm, figure);
    html.append("<figure><figcaption>").append(Html.escape(title)).append("</figcaption>");
    html.append(
        CurveSvg.draw(
            title,
            norm == Norm.LINF ? "largest change of a pixel, of 255" : "length of the change (L2)",
            ticks,
            series));
    html.append("<ul class=\"legend\">");
    for (CurveSvg.Series one : series) {
      html.append("<li class=\"")
          .append(Html.escape(one.style()))
          .append(
              "\"><svg viewBox=\"0 0 34 12\" aria-hidden=\"true\"><polyline points=\"1,6 33,6\"/>")
          .append("<circle cx=\"17\" cy=\"6\" r=\"3.6\"/></svg>")
          .append(Html.escape(one.name()))
          .append("</li>");
    }
    html.append("</ul></figure>");
  }

  private static List<CurveSvg.Series> series(
      Scorecard card, Norm norm, Function<Cell, Share> figure) {
    List<CurveSvg.Series> series = new ArrayList<>();
    for (Column column : card.plan().columns()) {
      for (Mode mode : Mode.values()) {
        List<CurveSvg.Point> points = points(card, column, mode, norm, figure);
        if (!points.isEmpty()) {
          clean(card, column)
              .ifPresent(cell -> points.add(new CurveSvg.Point(0, figure.apply(cell))));
          points.sort(Comparator.comparingDouble(CurveSvg.Point::epsilon));
          series.add(
              new CurveSvg.Series(
                  column.title() + ", " + mode.meaning(),
                  "series c-" + column.id() + " m-" + mode.key(),
                  points));
        }
      }
    }
    return series;
  }

  private static List<CurveSvg.Point> points(
      Scorecard card, Column column, Mode mode, Norm norm, Function<Cell, Share> figure) {
    List<CurveSvg.Point> points = new ArrayList<>();
    attacked(card, norm)
        .filter(cell -> cell.column().equals(column.id()) && cell.mode() == mode)
        .map(Cell::epsilon)
        .distinct()
        .sorted()
        .forEach(
            epsilon ->
                card.strongest(column.id(), mode, epsilon)
                    .ifPresent(
                        cell -> points.add(new CurveSvg.Point(epsilon, figure.apply(cell)))));
    return points;
  }

  private static Stream<Cell> attacked(Scorecard card, Norm norm) {
    return card.cells().stream().filter(cell -> cell.mode() != Mode.NONE && cell.norm() == norm);
  }

  private static Optional<Cell> clean(Scorecard card, Column column) {
    return card.cells().stream()
        .filter(cell -> cell.mode() == Mode.NONE && cell.column().equals(column.id()))
        .findFirst();
  }
}
