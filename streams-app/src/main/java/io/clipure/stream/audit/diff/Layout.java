package io.clipure.stream.audit.diff;

import io.clipure.schemas.LabelScore;
import java.util.List;

/**
 * What all verdicts under one label set share: the labels in its order.
 *
 * @param labels the labels
 */
public record Layout(List<Label> labels) {
  /**
   * One label.
   *
   * @param id its id
   * @param group its group
   * @param threshold score from which it decides by itself; null: only as the top label
   */
  public record Label(String id, String group, Double threshold) {}

  /** Copies. */
  public Layout {
    labels = List.copyOf(labels);
  }

  static Layout of(List<LabelScore> scores) {
    return new Layout(
        scores.stream()
            .map(score -> new Label(score.getLabel(), score.getGroup(), score.getThreshold()))
            .toList());
  }
}
