/**
 * Attacks and the robustness scorecard: how hard a deployment is to fool, measured. No Kafka, no
 * console; it sees the encoder, the purifier, the views and the policy exactly as they are
 * deployed.
 */
package io.clipure.stream.redteam;
