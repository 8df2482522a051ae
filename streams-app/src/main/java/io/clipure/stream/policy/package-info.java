/** Label sets, prompts, thresholds, suspicion and the verdict. No Kafka, no threads. */
package io.clipure.stream.policy;
