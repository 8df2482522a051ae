package io.clipure.stream.policy;

import io.clipure.stream.purify.PlanarRotation;

/**
 * The scores of one view of an image; the arrays are shared, not copied.
 *
 * @param unit embedding before purification, of length 1
 * @param radius its length as the encoder made it
 * @param rotation what purification did
 * @param before label scores before purification
 * @param after label scores after it
 * @param bestPromptCosine cosine to the nearest prompt, before purification
 */
record ViewScores(
    double[] unit,
    double radius,
    PlanarRotation rotation,
    double[] before,
    double[] after,
    double bestPromptCosine) {}
