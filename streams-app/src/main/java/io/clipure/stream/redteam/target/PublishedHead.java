package io.clipure.stream.redteam.target;

import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.PurifierSettings;

/**
 * CLIPure-Cos as its published evaluation differentiates it (arXiv 2502.18176, Algorithm 1). Each
 * of the N steps is u ← normalise(u + η·d), d the (normalised) gradient t − cosθ·u; because d
 * itself comes out of an automatic differentiation whose graph is not kept, it is a constant to the
 * attack, and a step's backward pass is that of normalise alone:
 *
 * <pre>
 *   v ← (v − ⟨v, y⟩·y) / |u + η·d|,   y = normalise(u + η·d)
 * </pre>
 *
 * <p>With η = 30 every step divides the gradient by about 30, ten of them by 6·10¹⁴ (by less where
 * a batch shares one norm): exactly zero in half precision. The forward pass is right all the
 * while, so an attack sees the true loss and no way to raise it: robustness measured so is gradient
 * masking. In single precision what leaves the purifier is tiny and still points the right way; it
 * is lost only in arithmetic after it that adds an ε to what it divides by, or underflows.
 *
 * <p>Every elementary operation from the unit embedding on is rounded to the given precision; inner
 * products are summed in single precision for HALF, as accelerators do, and rounded once. The
 * encoder before it runs as it always does. One image is one batch: the script's division by the
 * norm over a whole batch is left out.
 */
public final class PublishedHead implements Head {
  private final ZeroShot zeroShot;
  private final PurifierSettings purifier;
  private final Precision precision;
  private final double[] anchor;

  /** A head. */
  public PublishedHead(ZeroShot zeroShot, PurifierSettings purifier, Precision precision) {
    this.precision = precision;
    this.purifier = purifier;
    double[][] prompts = new double[zeroShot.prompts().length][];
    for (int p = 0; p < prompts.length; p++) {
      prompts[p] = rounded(zeroShot.prompts()[p]);
    }
    this.anchor = rounded(zeroShot.anchor());
    this.zeroShot =
        new ZeroShot(prompts, zeroShot.labelOf(), zeroShot.labels(), anchor, zeroShot.scale());
  }

  @Override
  public String id() {
    return "published(steps="
        + purifier.steps()
        + ",step-size="
        + purifier.stepSize()
        + ",precision="
        + precision.key()
        + ")";
  }

  @Override
  public int classes() {
    return zeroShot.labels();
  }

  @Override
  public Pass forward(float[] embedding) {
    return new Unrolled(embedding);
  }

  private final class Unrolled implements Pass {
    private final double[][] units = new double[purifier.steps() + 1][];
    private final double[] lengths = new double[purifier.steps() + 1];
    private final double[] cosines;
    private final double[] logits;

    Unrolled(float[] embedding) {
      double[] value = new double[embedding.length];
      for (int d = 0; d < value.length; d++) {
        value[d] = precision.round(embedding[d]);
      }
      normalise(value, 0);
      for (int step = 1; step <= purifier.steps(); step++) {
        normalise(stepped(units[step - 1]), step);
      }
      double[] purified = units[purifier.steps()];
      cosines = new double[zeroShot.prompts().length];
      for (int p = 0; p < cosines.length; p++) {
        cosines[p] = inner(zeroShot.prompts()[p], purified);
      }
      logits = rounded(zeroShot.logits(cosines));
    }

    @Override
    public double[] logits() {
      return logits;
    }

    @Override
    public float[] pullBack(double[] gradient) {
      double[] byCosine = rounded(zeroShot.toCosines(cosines, logits, rounded(gradient)));
      double[] sum = new double[units[0].length];
      zeroShot.addPrompts(byCosine, 1, sum);
      double[] v = rounded(sum);
      for (int step = purifier.steps(); step >= 0; step--) {
        double radial = inner(v, units[step]);
        for (int d = 0; d < v.length; d++) {
          double tangent = precision.round(v[d] - precision.round(radial * units[step][d]));
          v[d] = precision.round(tangent / lengths[step]);
        }
      }
      float[] result = new float[v.length];
      for (int d = 0; d < result.length; d++) {
        result[d] = (float) v[d];
      }
      return result;
    }

    private void normalise(double[] value, int step) {
      double length = precision.round(Math.sqrt(inner(value, value)));
      for (int d = 0; d < value.length; d++) {
        value[d] = precision.round(value[d] / length);
      }
      units[step] = value;
      lengths[step] = length;
    }

    private double[] stepped(double[] unit) {
      double cosine = inner(unit, anchor);
      double[] direction = new double[unit.length];
      for (int d = 0; d < direction.length; d++) {
        direction[d] = precision.round(anchor[d] - precision.round(cosine * unit[d]));
      }
      double length =
          purifier.gradientNorm() == GradientNorm.SAMPLE
              ? precision.round(Math.sqrt(inner(direction, direction)))
              : 1;
      double[] result = new double[unit.length];
      for (int d = 0; d < result.length; d++) {
        double share = length == 0 ? 0 : precision.round(direction[d] / length);
        result[d] = precision.round(unit[d] + precision.round(purifier.stepSize() * share));
      }
      return result;
    }
  }

  private double inner(double[] a, double[] b) {
    if (precision == Precision.DOUBLE) {
      return ZeroShot.dot(a, b);
    }
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (float) (a[d] * b[d]);
    }
    return precision.round(sum);
  }

  private double[] rounded(double[] values) {
    double[] result = new double[values.length];
    for (int d = 0; d < values.length; d++) {
      result[d] = precision.round(values[d]);
    }
    return result;
  }
}
