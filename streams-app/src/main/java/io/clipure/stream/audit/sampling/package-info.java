/**
 * Samples of events by a keyed hash of their ids: reproducible, unbiased, in bounded memory. No
 * Kafka client and no file may enter.
 */
package io.clipure.stream.audit.sampling;
