package io.clipure.stream.policy;

import io.clipure.stream.purify.PlanarRotation;

/**
 * What a suspicion rule may look at. The arrays belong to the judge: rules read them during {@link
 * SuspicionRule#assess} and neither change nor keep them.
 *
 * @param labelSet the label set in force
 * @param unitEmbedding image embedding before purification, of length 1, {@code [dimension]}
 * @param radius length of the embedding as the encoder made it
 * @param rotation what purification did
 * @param scoresBefore label scores before purification, in label-set order
 * @param scoresAfter label scores after it
 */
public record SuspicionEvidence(
    LabelSet labelSet,
    double[] unitEmbedding,
    double radius,
    PlanarRotation rotation,
    double[] scoresBefore,
    double[] scoresAfter) {}
