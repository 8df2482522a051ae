/**
 * Statistics of calibration: thresholds for a budget with exact intervals, temperature,
 * reliability, thresholds of labels, and the weights of a suspicion model. Pure functions of
 * figures; no files, no images, no encoders.
 */
package io.clipure.stream.policy.calibration;
