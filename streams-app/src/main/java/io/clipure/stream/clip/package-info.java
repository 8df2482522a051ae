/**
 * Model bundle and manifest, tokenizer, text and image encoders on DJL engines and devices. Knows
 * nothing of labels, Kafka or files other than a bundle's.
 */
package io.clipure.stream.clip;
