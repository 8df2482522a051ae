package io.clipure.stream.redteam.target;

/** What counts as fooling a classifier, as a function of label logits. Thread-safe, pure. */
public interface Objective {
  /** Classes that count as the victim's own; not to be modified. */
  boolean[] own(int label);

  /**
   * How far the decision is from failing, below 0 where it fails.
   *
   * @param logits label logits: their softmax is the label scores
   * @param label the victim's label
   * @param gradient receives ∂margin/∂logits, overwritten; null: not wanted
   */
  double margin(double[] logits, int label, double[] gradient);

  /** The same for a further view of the image, whose say may be smaller. */
  default double viewMargin(double[] logits, int label, double[] gradient) {
    return margin(logits, label, gradient);
  }

  /**
   * Whether the whole verdict counts for this label, views and flags included, and not only the
   * image's own top label.
   */
  default boolean moderation(int label) {
    return false;
  }
}
