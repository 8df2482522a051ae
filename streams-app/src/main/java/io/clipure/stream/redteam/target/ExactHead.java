package io.clipure.stream.redteam.target;

import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.Purifier;
import io.clipure.stream.purify.PurifierSettings;

/**
 * Embedding, purification in closed form, label logits, differentiated exactly in double precision:
 * what a capable attacker does. With u the unit embedding and a, b as in {@link PlaneGradient},
 * purified cosines are s'_p = a·(t·w_p) + b·(u·w_p), so that, with g = ∂loss/∂s',
 *
 * <pre>
 *   ∂loss/∂u = b·Σ g_p w_p + Σ g_p (a'·(t·w_p) + b'·(u·w_p)) · t
 *   ∂loss/∂z = (∂loss/∂u − ⟨∂loss/∂u, u⟩·u) / |z|
 * </pre>
 */
public final class ExactHead implements Head {
  private final ZeroShot zeroShot;
  private final PurifierSettings purifier;
  private final double[] anchorToPrompt;

  /**
   * A head.
   *
   * @param purifier CLIPure-Cos is differentiated; any other purifier is left out of {@link
   *     #forward(float[])}, as one that runs on the device must be
   */
  public ExactHead(ZeroShot zeroShot, Purifier purifier) {
    this.zeroShot = zeroShot;
    this.purifier = purifier instanceof CosPurifier cos ? cos.settings() : null;
    this.anchorToPrompt = zeroShot.anchorToPrompt();
  }

  @Override
  public String id() {
    return purifier == null
        ? "plain"
        : "purified(steps=" + purifier.steps() + ",step-size=" + purifier.stepSize() + ")";
  }

  @Override
  public int classes() {
    return zeroShot.labels();
  }

  @Override
  public Scored forward(float[] embedding) {
    return new Scored(embedding, null);
  }

  /**
   * The way of an embedding that was purified on the device. Scores are those of the purified one;
   * gradients pass the purifier straight through, as if it were the identity (BPDA, Athalye et al.
   * 2018, section 4.1).
   *
   * @param purified of any length but zero; null: as {@link #forward(float[])}
   */
  Scored forward(float[] embedding, float[] purified) {
    return new Scored(embedding, purified);
  }

  /** One embedding's way, with what purification did to it. */
  public final class Scored implements Pass {
    private final double[] unit;
    private final double radius;
    private final double[] before;
    private final PlaneGradient plane;
    private final double[] after;
    private final double[] logits;

    Scored(float[] embedding, float[] purified) {
      unit = ZeroShot.unit(embedding);
      double square = 0;
      for (float value : embedding) {
        square += (double) value * value;
      }
      radius = Math.sqrt(square);
      before = zeroShot.cosines(unit);
      if (purified == null) {
        plane = PlaneGradient.at(purifier, ZeroShot.dot(unit, zeroShot.anchor()));
        after = new double[before.length];
        for (int p = 0; p < after.length; p++) {
          after[p] = plane.alongAnchor() * anchorToPrompt[p] + plane.alongInput() * before[p];
        }
      } else {
        double[] moved = ZeroShot.unit(purified);
        plane = PlaneGradient.straightThrough(ZeroShot.dot(unit, moved));
        after = zeroShot.cosines(moved);
      }
      logits = zeroShot.logits(after);
    }

    @Override
    public double[] logits() {
      return logits;
    }

    /** Label logits before purification. */
    double[] logitsBefore() {
      return zeroShot.logits(before);
    }

    /** u; not to be modified. */
    double[] unit() {
      return unit;
    }

    /** u · w for every prompt, before purification; not to be modified. */
    double[] cosines() {
      return before;
    }

    /** u · t. */
    double cosineToAnchor() {
      return ZeroShot.dot(unit, zeroShot.anchor());
    }

    /** What purification did. */
    PlaneGradient plane() {
      return plane;
    }

    @Override
    public float[] pullBack(double[] gradient) {
      return pullBack(gradient, null, null);
    }

    /**
     * Back-propagates from three places at once.
     *
     * @param gradient ∂loss/∂logits
     * @param gradientBefore ∂loss/∂(logits before purification); null: zero
     * @param direct ∂loss/∂u by other ways than through logits; null: zero
     * @return ∂loss/∂embedding
     */
    float[] pullBack(double[] gradient, double[] gradientBefore, double[] direct) {
      double[] byUnit = direct == null ? new double[unit.length] : direct.clone();
      double[] byCosine = zeroShot.toCosines(after, logits, gradient);
      zeroShot.addPrompts(byCosine, plane.alongInput(), byUnit);
      if (gradientBefore != null) {
        zeroShot.addPrompts(zeroShot.toCosines(before, logitsBefore(), gradientBefore), 1, byUnit);
      }
      double alongAnchor = 0;
      for (int p = 0; p < byCosine.length; p++) {
        alongAnchor +=
            byCosine[p]
                * (plane.anchorSlope() * anchorToPrompt[p] + plane.inputSlope() * before[p]);
      }
      for (int d = 0; d < byUnit.length; d++) {
        byUnit[d] += alongAnchor * zeroShot.anchor()[d];
      }
      double radial = ZeroShot.dot(byUnit, unit);
      float[] result = new float[unit.length];
      for (int d = 0; d < result.length; d++) {
        result[d] = (float) ((byUnit[d] - radial * unit[d]) / radius);
      }
      return result;
    }
  }
}
