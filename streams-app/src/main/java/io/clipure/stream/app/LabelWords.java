package io.clipure.stream.app;

import static io.clipure.stream.app.DecisionWords.figure;

import io.clipure.schemas.LabelScore;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.audit.explain.Explanation;
import io.clipure.stream.policy.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The labels of a verdict for a person: scores as bars, before and after, then the prompts. */
final class LabelWords {
  private static final int TOP_LABELS = 5;
  private static final double WORTH_SHOWING = 0.01;
  private static final int BAR = 15;

  private final Explanation told;
  private final LabelledImage verdict;
  private final boolean everyLabel;
  private final List<String> lines = new ArrayList<>();

  LabelWords(Explanation told, boolean everyLabel) {
    this.told = told;
    this.verdict = told.verdict();
    this.everyLabel = everyLabel;
  }

  List<String> lines() {
    lines.add("");
    lines.add("LABELS");
    List<LabelScore> sorted =
        verdict.getScores().stream()
            .sorted(
                Comparator.comparingDouble(
                        (LabelScore score) -> Math.max(score.getScore(), score.getScoreBefore()))
                    .reversed())
            .toList();
    List<LabelScore> shown = sorted.stream().filter(this::isShown).toList();
    if (!everyLabel && shown.size() < TOP_LABELS) {
      shown = sorted.stream().limit(Math.max(TOP_LABELS, shown.size())).toList();
      shown = withDeciding(shown);
    }
    lines.add(
        String.format(
            "  %-19s %-6s %-6s %-" + BAR + "s %-6s %s",
            "LABEL",
            "ACTION",
            "AFTER",
            "purification",
            "BEFORE",
            "it"));
    shown.forEach(this::label);
    int left = sorted.size() - shown.size();
    if (left > 0) {
      List<LabelScore> those = shown;
      double rest =
          sorted.stream()
              .filter(score -> !those.contains(score))
              .mapToDouble(LabelScore::getScore)
              .sum();
      sentence(
          "and %d more with %s together; --all shows them. | marks a label's threshold."
              .formatted(left, figure(rest)));
    }
    if (!told.labels().isEmpty()) {
      lines.add("  Prompts:");
      shown.forEach(this::prompts);
    }
    return lines;
  }

  private boolean isShown(LabelScore score) {
    return everyLabel
        || score.getScore() >= WORTH_SHOWING
        || score.getScoreBefore() >= WORTH_SHOWING
        || score.getLabel().equals(verdict.getDecidedBy());
  }

  private List<LabelScore> withDeciding(List<LabelScore> shown) {
    List<LabelScore> all = new ArrayList<>(shown);
    told.score(verdict.getDecidedBy()).filter(score -> !all.contains(score)).ifPresent(all::add);
    return all;
  }

  private void label(LabelScore score) {
    lines.add(
        String.format(
                "  %-19s %-6s %s %-" + BAR + "s %s %s",
                SafeText.cut(safe(score.getLabel()), 19),
                told.label(score.getLabel()).map(label -> label.action().name()).orElse("?"),
                figure(score.getScore()),
                ScoreBar.of(score.getScore(), score.getThreshold(), BAR),
                figure(score.getScoreBefore()),
                ScoreBar.of(score.getScoreBefore(), null, BAR))
            .stripTrailing());
  }

  private void prompts(LabelScore score) {
    told.label(score.getLabel())
        .ifPresent(
            (Label label) ->
                lines.addAll(
                    Paragraph.hanging(
                        "    ",
                        6,
                        "%s (%s%s): %s"
                            .formatted(
                                safe(label.id()),
                                safe(label.group()),
                                label.threshold() == null
                                    ? ""
                                    : ", from " + figure(label.threshold()),
                                label.prompts().stream()
                                    .map(LabelWords::safe)
                                    .collect(Collectors.joining(", "))))));
  }

  private void sentence(String sentence) {
    lines.addAll(Paragraph.of(2, sentence));
  }

  private static String safe(String text) {
    return SafeText.cut(SafeText.of(text), 200);
  }
}
