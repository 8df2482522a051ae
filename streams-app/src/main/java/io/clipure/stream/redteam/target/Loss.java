package io.clipure.stream.redteam.target;

/**
 * What an attack climbs. With z the label logits, Y the classes that count as the victim's own (its
 * label alone, or every label harmful enough), y the best of Y, π the order of logits, best first,
 * and t the class aimed at:
 */
public enum Loss {
  /** −log Σ_Y softmax(z); the cross-entropy where Y is the label alone. */
  CE,
  /** log softmax(z)_t: minus the cross-entropy to t. */
  TARGETED_CE,
  /** (max_{i∉Y} z_i − z_y) / (z_π1 − z_π3), Croce and Hein 2020 (arXiv 2003.01690), eq. 6. */
  DLR,
  /** (z_t − z_y) / (z_π1 − (z_π3 + z_π4)/2), the same paper's eq. 7. */
  TARGETED_DLR,
  /** max_{i∉Y} z_i − z_y, unbounded: Carlini and Wagner 2017 (arXiv 1608.04644), f6 with κ = ∞. */
  MARGIN,
  /** z_t − z_y: what FAB linearises. */
  TARGETED_MARGIN,
  /**
   * Minus how far the whole decision is from failing: the worst view's margin and what is flagged.
   * Where there is one view and nothing is flagged, minus the decision's margin.
   */
  DECISION;

  /** Whether it needs a class to aim at. */
  public boolean targeted() {
    return this == TARGETED_CE || this == TARGETED_DLR || this == TARGETED_MARGIN;
  }
}
