package io.clipure.stream.policy;

import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.purify.Purifier;
import java.util.List;

/**
 * What a judge computes with, as data: for attacks and measurements that differentiate through
 * judging. The arrays belong to the judge and must not be modified.
 *
 * @param prompts unit text embeddings {@code [prompts, dimension]}
 * @param labelOf label of every prompt, ascending
 * @param logitScale what cosines are multiplied by before softmax, temperature included
 * @param anchor unit blank anchor {@code [dimension]}
 * @param anchorToPrompt cosine of the anchor to every prompt
 * @param labels the labels with the thresholds in force
 * @param purifier the purifier
 * @param viewDecision how decisions over views become one
 * @param suspicion how signals make the suspicion score; null: the score is {@code view-tv-mean},
 *     or with one view the purification's shift
 * @param suspicionThreshold suspicion score from which an image is flagged
 */
public record ScoreModel(
    double[][] prompts,
    int[] labelOf,
    double logitScale,
    double[] anchor,
    double[] anchorToPrompt,
    List<Label> labels,
    Purifier purifier,
    ViewDecision viewDecision,
    ModelInfo.SuspicionModel suspicion,
    double suspicionThreshold) {
  /** Copies the list. */
  public ScoreModel {
    labels = List.copyOf(labels);
  }
}
