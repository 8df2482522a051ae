package io.clipure.stream.audit.diff;

import io.clipure.stream.html.Html;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Images with what both runs made of them. */
final class CardsHtml {
  private CardsHtml() {}

  static String transitions(DiffFigures figures, Map<String, Picture> pictures) {
    StringBuilder html = new StringBuilder();
    for (DiffFigures.Transition transition : figures.transitions()) {
      html.append("<h3 id=\"")
          .append(anchor(transition.before(), transition.after()))
          .append("\">")
          .append(outcome(transition.before()))
          .append(" → ")
          .append(outcome(transition.after()))
          .append(" <span class=\"ci\">")
          .append(Words.of(transition.images(), "image", "images"))
          .append(
              transition.shown().size() < transition.images()
                  ? ", the " + transition.shown().size() + " most changed"
                  : "")
          .append("</span></h3>");
      cards(html, transition.shown(), pictures);
    }
    return html.toString();
  }

  static String moved(DiffFigures figures, Map<String, Picture> pictures) {
    StringBuilder html = new StringBuilder();
    cards(html, figures.moved(), pictures);
    return html.toString();
  }

  /** Where the images of a cell of the matrix are. */
  static String anchor(Outcome before, Outcome after) {
    return ("from-" + before + "-to-" + after).toLowerCase(Locale.ROOT);
  }

  static String outcome(Outcome outcome) {
    return "<span class=\"o-"
        + outcome.name().toLowerCase(Locale.ROOT)
        + "\">"
        + outcome.text()
        + "</span>";
  }

  private static void cards(
      StringBuilder html, List<ImageChange> images, Map<String, Picture> pictures) {
    html.append("<div class=\"cards\">");
    for (ImageChange image : images) {
      html.append("<article>");
      picture(html, image, pictures.get(image.id()));
      html.append("<div><p class=\"id\">")
          .append(Html.escape(cut(image.id(), 120)))
          .append("</p><dl>");
      result(html, "before", image.before());
      result(html, "after", image.after());
      html.append("</dl><p class=\"ci\">");
      if (!Double.isNaN(image.totalVariation())) {
        html.append(Html.escape(Words.percent(image.totalVariation())))
            .append(" of the score moved");
      }
      image
          .before()
          .or(image::after)
          .ifPresent(one -> html.append(" · ").append(Html.escape(one.origin().toString())));
      if (image.what().contains(ImageChange.What.CONTENT)) {
        html.append(" · <b>other image bytes</b>");
      }
      html.append("</p></div></article>");
    }
    html.append("</div>");
  }

  private static void result(StringBuilder html, String side, Optional<Result> result) {
    html.append("<dt>").append(side).append("</dt><dd>");
    Result one = result.orElse(null);
    if (one == null) {
      html.append("–");
    } else {
      html.append(outcome(one.outcome())).append(' ');
    }
    if (one instanceof Result.DeadLettered letter) {
      html.append(Html.escape(cut(letter.reason(), 80)));
    }
    if (one instanceof Result.Labelled labelled) {
      html.append("<b>")
          .append(Html.escape(cut(labelled.topLabel(), 80)))
          .append("</b> ")
          .append(String.format(Locale.ROOT, "%.3f", labelled.topScore()));
      if (!labelled.decidedBy().equals(labelled.topLabel())) {
        html.append(", decided by <b>")
            .append(Html.escape(cut(labelled.decidedBy(), 80)))
            .append("</b>");
      }
      if (!labelled.flags().isEmpty()) {
        html.append(" <span class=\"flag\">")
            .append(
                labelled.flags().stream()
                    .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    .collect(Collectors.joining(", ")))
            .append("</span>");
      }
    }
    html.append("</dd>");
  }

  /** Without a script: a checkbox lifts the veil, by pointer or by the space bar. */
  private static void picture(StringBuilder html, ImageChange image, Picture picture) {
    if (picture instanceof Picture.Shown shown) {
      boolean veiled =
          image.outcomeBefore() == Outcome.BLOCK || image.outcomeAfter() == Outcome.BLOCK;
      String source =
          "<img alt=\"\" loading=\"lazy\" src=\"data:image/jpeg;base64,"
              + Base64.getEncoder().encodeToString(shown.jpeg())
              + "\">";
      html.append(
          veiled
              ? "<label class=\"veil\"><input type=\"checkbox\" aria-label=\"show the blocked"
                  + " image\">"
                  + source
                  + "<span>blocked: press to see</span></label>"
              : "<div class=\"pic\">" + source + "</div>");
    } else if (picture instanceof Picture.Absent absent) {
      html.append("<div class=\"pic none\">").append(Html.escape(absent.reason())).append("</div>");
    }
  }

  static String cut(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most)) + "…";
  }
}
