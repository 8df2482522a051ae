package io.clipure.stream.policy;

/** How the decisions on an image and its views become one. */
public enum ViewDecision {
  /**
   * The image's own decision, raised by any view on which a REVIEW or BLOCK label decides. A view
   * that is only doubtful (its top label is below its own threshold) raises nothing: no harmful
   * label has decided there, small shifts often leave a clean image's top label just below its
   * threshold, and doubt about the image itself is REVIEW already. A view never lowers a decision.
   */
  WORST,
  /** The image's own decision; views count for suspicion only. */
  FIRST,
  /** The decision on the mean of the scores of image and views. */
  MEAN
}
