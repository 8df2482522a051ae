package io.clipure.stream.audit.explain;

import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.schemas.SeenView;
import io.clipure.stream.policy.Action;
import io.clipure.stream.policy.DecisionTrail;
import io.clipure.stream.policy.Label;
import io.clipure.stream.policy.ViewDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One verdict with what follows from it.
 *
 * @param verdict the record
 * @param origins what was found again of what made it
 * @param labels its labels with the thresholds that were in force, in the order of the scores;
 *     empty: the label set was not found
 * @param where what the decision was made on
 * @param trail how it followed there; empty where scores or label set are missing
 * @param onImage how the image alone would have been decided; empty as {@code labels}
 */
public record Explanation(
    LabelledImage verdict,
    Origins origins,
    List<Label> labels,
    Where where,
    Optional<DecisionTrail> trail,
    Optional<DecisionTrail> onImage) {
  /** Copies the list. */
  public Explanation {
    labels = List.copyOf(labels);
  }

  /** What a decision was made on. */
  public sealed interface Where {
    /** The image itself. */
    record Image() implements Where {}

    /**
     * A view of it.
     *
     * @param index among the record's views, from 0
     */
    record View(int index) implements Where {}

    /** The mean of the scores of image and views. */
    record Mean() implements Where {}

    /** The record does not tell. */
    record Unknown() implements Where {}
  }

  /** Explains a record. */
  public static Explanation of(LabelledImage verdict, Origins origins) {
    List<Label> labels = labels(verdict, origins);
    if (labels.isEmpty()) {
      return new Explanation(
          verdict, origins, labels, guess(verdict), Optional.empty(), Optional.empty());
    }
    double[] scores = verdict.getScores().stream().mapToDouble(LabelScore::getScore).toArray();
    DecisionTrail image = DecisionTrail.of(labels, scores);
    Optional<DecisionTrail> mean =
        mean(scores, origins.viewScores())
            .map(means -> DecisionTrail.of(labels, means))
            .filter(trail -> origins.viewDecision() == ViewDecision.MEAN)
            .filter(trail -> decides(verdict, trail));
    if (mean.isPresent()) {
      return new Explanation(verdict, origins, labels, new Where.Mean(), mean, Optional.of(image));
    }
    if (decides(verdict, image)) {
      return new Explanation(
          verdict, origins, labels, new Where.Image(), Optional.of(image), Optional.of(image));
    }
    for (int v = 0; v < verdict.getViews().size(); v++) {
      Optional<DecisionTrail> view = view(origins, labels, v);
      boolean decided =
          view.map(trail -> decides(verdict, trail))
              .orElse(verdict.getViews().get(v).getDecision() == verdict.getDecision());
      if (decided) {
        return new Explanation(
            verdict, origins, labels, new Where.View(v), view, Optional.of(image));
      }
    }
    return new Explanation(
        verdict, origins, labels, new Where.Unknown(), Optional.empty(), Optional.of(image));
  }

  private static boolean decides(LabelledImage verdict, DecisionTrail trail) {
    return trail.deciding().label().equals(verdict.getDecidedBy())
        && trail.deciding().action().name().equals(verdict.getDecision().name());
  }

  private static Optional<DecisionTrail> view(Origins origins, List<Label> labels, int index) {
    return index < origins.viewScores().size()
        ? Optional.of(DecisionTrail.of(labels, origins.viewScores().get(index)))
        : Optional.empty();
  }

  private static Optional<double[]> mean(double[] image, List<double[]> views) {
    if (views.isEmpty()) {
      return Optional.empty();
    }
    double[] mean = image.clone();
    for (double[] view : views) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += view[k];
      }
    }
    for (int k = 0; k < mean.length; k++) {
      mean[k] /= 1 + views.size();
    }
    return Optional.of(mean);
  }

  /** Without the label set: the label that answers for it is the image's own top label, or not. */
  private static Where guess(LabelledImage verdict) {
    if (verdict.getDecidedBy().equals(verdict.getTopLabel())) {
      return new Where.Image();
    }
    List<SeenView> views = verdict.getViews();
    for (int v = 0; v < views.size(); v++) {
      if (views.get(v).getTopLabel().equals(verdict.getDecidedBy())
          && views.get(v).getDecision() == verdict.getDecision()) {
        return new Where.View(v);
      }
    }
    return new Where.Unknown();
  }

  /** Actions, names and prompts of the set, thresholds of the record; empty: they do not match. */
  private static List<Label> labels(LabelledImage verdict, Origins origins) {
    if (origins.labelSet().isEmpty()) {
      return List.of();
    }
    Map<String, Label> known =
        origins.labelSet().get().labels().stream()
            .collect(Collectors.toMap(Label::id, Function.identity()));
    List<Label> labels = new ArrayList<>();
    for (LabelScore score : verdict.getScores()) {
      Label label = known.get(score.getLabel());
      if (label == null) {
        return List.of();
      }
      labels.add(
          new Label(
              label.id(),
              label.name(),
              label.group(),
              label.action(),
              score.getThreshold(),
              label.prompts()));
    }
    return labels;
  }

  /** The label of this id, where the label set was found. */
  public Optional<Label> label(String id) {
    return labels.stream().filter(label -> label.id().equals(id)).findFirst();
  }

  /** The score of a label of the record. */
  public Optional<LabelScore> score(String id) {
    return verdict.getScores().stream().filter(score -> score.getLabel().equals(id)).findFirst();
  }

  /** The other decisions that the rule could have made, with what came nearest to each. */
  public List<DecisionTrail.Step> nearestGraver() {
    List<DecisionTrail.Step> steps = new ArrayList<>();
    trail.ifPresent(
        found -> {
          for (Action action : Action.values()) {
            if (action.compareTo(found.deciding().action()) > 0) {
              found.nearest(action).ifPresent(steps::add);
            }
          }
        });
    return steps;
  }
}
