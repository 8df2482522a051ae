/** Meters: the catalogue of ours, and what makes Prometheus text of all of them. */
package io.clipure.stream.ops.metrics;
