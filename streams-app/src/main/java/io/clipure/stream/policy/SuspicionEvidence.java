package io.clipure.stream.policy;

import io.clipure.stream.purify.PlanarRotation;
import java.util.List;

/**
 * What a suspicion rule may look at. The arrays belong to the judge: rules read them during {@link
 * SuspicionRule#assess} and neither change nor keep them.
 *
 * @param labelSet the label set in force
 * @param unitEmbedding image embedding before purification, of length 1, {@code [dimension]}
 * @param radius length of the embedding as the encoder made it
 * @param rotation what purification did
 * @param scoresBefore label scores before purification, in label-set order
 * @param scoresAfter label scores after it
 * @param bestPromptCosine cosine of the image to its nearest prompt, before purification
 * @param views the same of the extra views; empty: the image was seen once
 */
public record SuspicionEvidence(
    LabelSet labelSet,
    double[] unitEmbedding,
    double radius,
    PlanarRotation rotation,
    double[] scoresBefore,
    double[] scoresAfter,
    double bestPromptCosine,
    List<SeenView> views) {
  /** Copies the list. */
  public SuspicionEvidence {
    views = List.copyOf(views);
  }

  /**
   * An extra view.
   *
   * @param unitEmbedding its embedding before purification, of length 1
   * @param scoresAfter its label scores after purification
   */
  public record SeenView(double[] unitEmbedding, double[] scoresAfter) {}

  static SuspicionEvidence of(LabelSet labelSet, List<ViewScores> seen) {
    ViewScores image = seen.get(0);
    return new SuspicionEvidence(
        labelSet,
        image.unit(),
        image.radius(),
        image.rotation(),
        image.before(),
        image.after(),
        image.bestPromptCosine(),
        seen.stream().skip(1).map(view -> new SeenView(view.unit(), view.after())).toList());
  }
}
