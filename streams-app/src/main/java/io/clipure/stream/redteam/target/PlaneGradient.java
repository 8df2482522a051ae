package io.clipure.stream.redteam.target;

import io.clipure.stream.purify.CosPurifier;
import io.clipure.stream.purify.GradientNorm;
import io.clipure.stream.purify.PlanarRotation;
import io.clipure.stream.purify.PurifierSettings;

/**
 * CLIPure-Cos in closed form with its derivative. With c = cosθ₀ the cosine to the anchor and φ(θ₀)
 * the angle after N steps, u' = a·t + b·u where a = sin(θ₀−φ)/sinθ₀ and b = sinφ/sinθ₀; the steps
 * give dφ/dθ₀ as a product: 1 for a turn by a fixed angle, 1 − η·cosφ/(1 + η²sin²φ) for φ ← φ −
 * arctan(η·sinφ).
 *
 * @param alongAnchor a
 * @param alongInput b
 * @param anchorSlope da/dc
 * @param inputSlope db/dc
 * @param displacement angle between u and u', radians
 * @param displacementSlope its derivative by c
 */
record PlaneGradient(
    double alongAnchor,
    double alongInput,
    double anchorSlope,
    double inputSlope,
    double displacement,
    double displacementSlope) {
  private static final PlaneGradient UNMOVED = new PlaneGradient(0, 1, 0, 0, 0, 0);

  /**
   * A purifier that is differentiated as the identity.
   *
   * @param kept cosine between u and what it became
   */
  static PlaneGradient straightThrough(double kept) {
    return new PlaneGradient(0, 1, 0, 0, Math.acos(Math.max(-1, Math.min(1, kept))), 0);
  }

  /** At one cosine; {@code settings} null: no purification. */
  static PlaneGradient at(PurifierSettings settings, double cosine) {
    if (settings == null) {
      return UNMOVED;
    }
    PlanarRotation rotation = new CosPurifier(settings).purify(cosine);
    if (rotation.displacement() == 0) {
      return new PlaneGradient(rotation.alongAnchor(), rotation.alongInput(), 0, 0, 0, 0);
    }
    double start = Math.acos(Math.max(-1, Math.min(1, cosine)));
    double angle = start;
    double slope = 1;
    double eta = settings.stepSize();
    for (int step = 0; step < settings.steps(); step++) {
      double sine = Math.sin(angle);
      if (settings.gradientNorm() == GradientNorm.SAMPLE) {
        angle -= Math.signum(sine) * Math.atan(eta);
      } else {
        slope *= 1 - eta * Math.cos(angle) / (1 + eta * eta * sine * sine);
        angle -= Math.atan(eta * sine);
      }
    }
    double sine = Math.sin(start);
    double square = sine * sine;
    double perAngle = -1 / sine;
    double turn = start - angle;
    double anchorSlope =
        (Math.cos(turn) * (1 - slope) * sine - Math.sin(turn) * Math.cos(start)) / square;
    double inputSlope =
        (Math.cos(angle) * slope * sine - Math.sin(angle) * Math.cos(start)) / square;
    return new PlaneGradient(
        rotation.alongAnchor(),
        rotation.alongInput(),
        anchorSlope * perAngle,
        inputSlope * perAngle,
        rotation.displacement(),
        (1 - slope)
            * perAngle
            * (rotation.displacement() < Math.abs(turn) ? -1 : 1)
            * Math.signum(turn));
  }
}
