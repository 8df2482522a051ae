package io.clipure.stream.redteam.target;

/**
 * A loss at one image.
 *
 * @param loss its value, mean over the draws; an attack makes it larger
 * @param gradient ∂loss/∂pixels {@code [size · size · 3]}, pixels in the scale 0..255; null: not
 *     asked for
 * @param margin how far the decision is from failing as the attacker sees it, the worst of the
 *     draws: below 0 it failed in every draw
 * @param share of the draws in which the decision failed, 0 to 1
 */
public record Evaluation(double loss, float[] gradient, double margin, double share) {}
