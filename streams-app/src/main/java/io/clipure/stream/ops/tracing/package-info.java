/**
 * Traces of images by OpenTelemetry: the context out of a record's headers and into those of what
 * became of it, and a span for each stage. Spans are made when an image ends, from figures that are
 * taken anyway, so nothing of this is on the way of an image while tracing is off. Knows Kafka's
 * headers and nothing else of the service.
 */
package io.clipure.stream.ops.tracing;
