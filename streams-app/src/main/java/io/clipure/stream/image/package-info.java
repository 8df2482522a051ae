/**
 * Guard, decode and resize: encoded bytes or a reference in, the encoder's pixels or a rejection
 * out. Knows nothing of models or Kafka.
 */
package io.clipure.stream.image;
