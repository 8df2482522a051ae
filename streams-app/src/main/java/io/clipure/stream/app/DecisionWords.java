package io.clipure.stream.app;

import io.clipure.stream.audit.explain.Explanation;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.DecisionTrail;
import io.clipure.stream.policy.Label;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Why a decision came out as it did, and what would have to differ, in sentences. */
final class DecisionWords {
  private final Explanation told;

  DecisionWords(Explanation told) {
    this.told = told;
  }

  /** Why, one sentence or a few. */
  List<String> why() {
    List<String> sentences = new ArrayList<>();
    Explanation.Where where = told.where();
    if (where instanceof Explanation.Where.View view) {
      var seen = told.verdict().getViews().get(view.index());
      told.onImage()
          .ifPresent(
              image ->
                  sentences.add(
                      "The image itself would have been %s by %s, but a view of it was not, and the"
                              .formatted(image.deciding().action(), safe(image.deciding().label()))
                          + " worst view decides."));
      sentences.add(
          "Decided on the view %s: %s, with %s on top at %s."
              .formatted(
                  safe(seen.getTransform()),
                  seen.getDecision(),
                  safe(seen.getTopLabel()),
                  figure(seen.getTopScore())));
      if (told.trail().isEmpty()) {
        sentences.add("The view's other scores are not recorded.");
      }
    } else if (where instanceof Explanation.Where.Mean) {
      sentences.add("Decided on the mean of the scores of image and views.");
    } else if (where instanceof Explanation.Where.Unknown) {
      sentences.add(
          "The record does not tell how: neither the image's scores nor a view give %s by %s."
              .formatted(told.verdict().getDecision(), safe(told.verdict().getDecidedBy())));
    }
    told.trail()
        .ifPresentOrElse(
            trail -> sentences.add(reason(trail.deciding())), () -> withoutTrail(sentences));
    return sentences;
  }

  /** All that can be said without the actions of the labels. */
  private void withoutTrail(List<String> sentences) {
    if (!told.labels().isEmpty() || !(told.where() instanceof Explanation.Where.Image)) {
      return;
    }
    var score = told.score(told.verdict().getDecidedBy());
    score.ifPresent(
        found -> {
          Double threshold = found.getThreshold();
          if (threshold == null) {
            sentences.add(
                "%s has the best score of all, %s, and no threshold of its own."
                    .formatted(safe(found.getLabel()), figure(found.getScore())));
          } else {
            double by = Math.abs(found.getScore() - threshold);
            sentences.add(
                "%s has the best score of all, %s, %s %s its own threshold of %s."
                    .formatted(
                        safe(found.getLabel()),
                        figure(found.getScore()),
                        figure(by),
                        found.getScore() >= threshold ? "above" : "below",
                        figure(threshold)));
          }
        });
  }

  private String reason(DecisionTrail.Step step) {
    String label = named(step.label());
    return switch (step.rule()) {
      case TOP ->
          step.required() > 0
              ? "%s has the best score of all, %s, %s ahead of the next; it has no threshold, so the"
                      .formatted(label, figure(step.reached()), figure(step.by()))
                  + " best score decides."
              : "%s has the best score of all, %s.".formatted(label, figure(step.reached()));
      case THRESHOLD ->
          step.members().size() == 1
              ? "%s scored %s and reaches its threshold of %s, by %s."
                  .formatted(
                      label, figure(step.reached()), figure(step.required()), figure(step.by()))
              : "%s reaches the threshold of %s; %s have %s together, %s above."
                  .formatted(
                      label,
                      figure(step.required()),
                      family(step),
                      figure(step.reached()),
                      figure(step.by()));
      case FAMILY ->
          "None of %s alone, but together they reach the threshold of %s: they have %s, %s above."
                  .formatted(
                      family(step),
                      figure(step.required()),
                      figure(step.reached()),
                      figure(step.by()))
              + " %s is the strongest of them and answers for it.".formatted(label);
      case MAJORITY ->
          "Labels that ask for %s hold %s of the probability together, %s above one half, although a"
                  .formatted(atLeast(step.action()), figure(step.reached()), figure(step.by()))
              + " harmless one is on top. %s is the strongest of them and answers for it."
                  .formatted(label);
      case DOUBTFUL ->
          "%s has the best score of all, %s, but is below its own threshold of %s, by %s: nobody is"
                  .formatted(
                      label, figure(step.reached()), figure(step.required()), figure(step.by()))
              + " sure, so a person decides.";
    };
  }

  /** What would have to differ for another decision, one sentence each. */
  List<String> otherwise() {
    if (told.trail().isEmpty()) {
      return List.of();
    }
    DecisionTrail trail = told.trail().get();
    Set<String> sentences = new LinkedHashSet<>();
    for (DecisionTrail.Step step : told.nearestGraver()) {
      sentences.add(step.action() + " if " + wouldReach(step));
    }
    DecisionTrail.Step deciding = trail.deciding();
    if (deciding.rule() == DecisionTrail.Rule.DOUBTFUL) {
      told.label(deciding.label())
          .ifPresent(
              label ->
                  sentences.add(
                      "%s if %s had reached %s (%s short)"
                          .formatted(
                              label.action(),
                              safe(label.id()),
                              figure(deciding.required()),
                              figure(deciding.by()))));
    } else if (deciding.action() != Action.ALLOW) {
      Set<String> falls = new LinkedHashSet<>();
      trail.inTheWayOfMilder().forEach(step -> falls.add(wouldFall(step)));
      sentences.add("milder if " + String.join(", and ", falls));
    }
    return List.copyOf(sentences);
  }

  private String wouldReach(DecisionTrail.Step step) {
    String gap = "(%s, %s short)".formatted(figure(step.reached()), figure(step.by()));
    return switch (step.rule()) {
      case TOP -> "%s had come out on top %s".formatted(safe(step.label()), gap);
      case MAJORITY ->
          "labels that ask for %s had reached one half together %s"
              .formatted(atLeast(step.action()), gap);
      default ->
          step.members().size() == 1
              ? "%s had reached its threshold of %s %s"
                  .formatted(safe(step.label()), figure(step.required()), gap)
              : "%s had reached %s together %s"
                  .formatted(family(step), figure(step.required()), gap);
    };
  }

  private String wouldFall(DecisionTrail.Step step) {
    String excess = "(%s, %s too much)".formatted(figure(step.reached()), figure(step.by()));
    return switch (step.rule()) {
      case TOP ->
          "%s had not come out on top (%s ahead)".formatted(safe(step.label()), figure(step.by()));
      case MAJORITY ->
          "labels that ask for %s had stayed below one half together %s"
              .formatted(atLeast(step.action()), excess);
      default ->
          step.members().size() == 1
              ? "%s had stayed below its threshold of %s %s"
                  .formatted(safe(step.label()), figure(step.required()), excess)
              : "%s had stayed below %s together %s"
                  .formatted(family(step), figure(step.required()), excess);
    };
  }

  private static String atLeast(Action action) {
    return action == Action.BLOCK ? "BLOCK" : "REVIEW or BLOCK";
  }

  /** Labels of one group and action: so many, and whose. */
  private String family(DecisionTrail.Step step) {
    return told.label(step.label())
        .map(
            label ->
                "the %d %s labels of %s"
                    .formatted(step.members().size(), safe(label.group()), label.action()))
        .orElse(step.members().size() + " labels");
  }

  private String named(String id) {
    return told.label(id)
        .map(label -> "%s (%s, %s)".formatted(safe(id), safe(label.group()), action(label)))
        .orElse(safe(id));
  }

  private static String action(Label label) {
    return label.action().name();
  }

  static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String safe(String text) {
    return SafeText.cut(SafeText.of(text), 60);
  }
}
