package io.clipure.stream.purify;

import java.util.Objects;

/**
 * CLIPure-Cos in closed form. With z = r·u (u unit) and the unit blank anchor t, each of the N
 * steps of Algorithm 1 is u ← normalise(u + η·∇u). The gradient t − cosθ·u lies in the plane of u
 * and t, so every step stays in it and only the angle φ from t to u changes (φ is signed: positive
 * on the input's side, negative once a step has passed t):
 *
 * <pre>
 *   sample:  φ ← φ − sign(sin φ)·arctan η
 *   none:    φ ← φ − arctan(η·sin φ)
 * </pre>
 *
 * <p>The result is cosφ·t + sinφ·e with e = (u − cosθ₀·t)/sinθ₀, that is u' = sin(θ₀−φ)/sinθ₀·t +
 * sinφ/sinθ₀·u; the radius r is untouched. It costs nothing per embedding dimension and, being per
 * image, never depends on batch-mates.
 *
 * <p>Uses {@link StrictMath}: the same input gives the same bits on every machine.
 */
public final class CosPurifier implements Purifier {
  /**
   * Below this sine the plane of u and t is rounding noise: cosines carry about 1e-16, angles near
   * 0 and π therefore 1e-8. The gradient there is zero, so the embedding stays where it is.
   */
  private static final double SMALLEST_SINE = 1e-6;

  private final PurifierSettings settings;
  private final double fixedTurn;

  /** Creates a purifier with the given settings. */
  public CosPurifier(PurifierSettings settings) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.fixedTurn = StrictMath.atan(settings.stepSize());
  }

  /** The settings. */
  public PurifierSettings settings() {
    return settings;
  }

  @Override
  public String id() {
    return "cos(steps="
        + settings.steps()
        + ",step-size="
        + settings.stepSize()
        + ",gradient-norm="
        + settings.gradientNorm().key()
        + ")";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the cosine is not a number
   */
  @Override
  public PlanarRotation purify(double cosineToAnchor) {
    double cosine = Cosines.clamp(cosineToAnchor);
    double sine = StrictMath.sqrt((1 - cosine) * (1 + cosine));
    if (settings.steps() == 0 || settings.stepSize() == 0 || sine < SMALLEST_SINE) {
      return Cosines.unmoved(cosine);
    }
    double before = StrictMath.atan2(sine, cosine);
    double after = climb(before);
    double turn = before - after;
    return new PlanarRotation(
        StrictMath.sin(turn) / sine,
        StrictMath.sin(after) / sine,
        cosine,
        StrictMath.cos(after),
        Math.min(Math.abs(turn), 2 * Math.PI - Math.abs(turn)));
  }

  private double climb(double before) {
    double angle = before;
    for (int step = 0; step < settings.steps(); step++) {
      double sine = StrictMath.sin(angle);
      angle -=
          switch (settings.gradientNorm()) {
            case SAMPLE -> Math.abs(sine) < SMALLEST_SINE ? 0 : Math.signum(sine) * fixedTurn;
            case NONE -> StrictMath.atan(settings.stepSize() * sine);
          };
    }
    return angle;
  }
}
