package io.clipure.stream.policy;

import io.clipure.stream.purify.PlanarRotation;
import io.clipure.stream.purify.Purifier;

/** From the embedding of one view to its label scores, before and after purification. Pure. */
final class ViewScorer {
  private static final String NAME = "image embedding";

  private final PromptMatrix prompts;
  private final Purifier purifier;

  ViewScorer(PromptMatrix prompts, Purifier purifier) {
    this.prompts = prompts;
    this.purifier = purifier;
  }

  /**
   * Scores one view.
   *
   * @param embedding not normalised
   * @param purified the same after a purifier on the device; null: purify in closed form
   * @throws IllegalArgumentException if a vector has the wrong width, is zero or not finite
   */
  ViewScores score(float[] embedding, float[] purified) {
    UnitVector unit = unit(embedding);
    PromptMatrix.Cosines found = prompts.cosines(unit.values());
    double[] cosines = found.toPrompts();
    double best = Scores.best(cosines);
    double anchorCosine = found.toAnchor();
    double[] before = prompts.labelScores(cosines);
    PlanarRotation rotation;
    double[] after;
    if (purified == null) {
      rotation = purifier.purify(anchorCosine);
      after = rotation.displacement() == 0 ? before : prompts.labelScores(turn(cosines, rotation));
    } else {
      double[] moved = unit(purified).values();
      PromptMatrix.Cosines of = prompts.cosines(moved);
      rotation = rotation(anchorCosine, of.toAnchor(), unit.values(), moved);
      after = prompts.labelScores(of.toPrompts());
    }
    return new ViewScores(unit.values(), unit.radius(), rotation, before, after, best);
  }

  private UnitVector unit(float[] vector) {
    if (vector.length != prompts.dimension()) {
      throw new IllegalArgumentException(
          NAME
              + " has "
              + vector.length
              + " values, expected "
              + prompts.dimension()
              + ": it was made by another model");
    }
    return UnitVector.of(vector, NAME);
  }

  private double[] turn(double[] cosines, PlanarRotation rotation) {
    double[] anchorToPrompt = prompts.anchorToPrompt();
    double[] purified = new double[cosines.length];
    for (int p = 0; p < cosines.length; p++) {
      purified[p] = rotation.cosineTo(anchorToPrompt[p], cosines[p]);
    }
    return purified;
  }

  /**
   * What is to be reported of a purification that leaves the plane of embedding and anchor: true
   * cosines and displacement, and of the vector its part in that plane.
   */
  private static PlanarRotation rotation(
      double before, double after, double[] unit, double[] moved) {
    double kept = Math.max(-1, Math.min(1, UnitVector.dot(unit, moved)));
    double apart = 1 - before * before;
    double alongInput = apart < 1e-12 ? kept : (kept - before * after) / apart;
    double alongAnchor = apart < 1e-12 ? 0 : (after - before * kept) / apart;
    return new PlanarRotation(alongAnchor, alongInput, before, after, StrictMath.acos(kept));
  }
}
