/**
 * How log lines are written: plain or as JSON, one event a line whatever a stranger put into it,
 * without secrets, and a storm of the same line as its first lines and a count. Knows logging only;
 * nothing of Kafka, images or the configuration may enter.
 */
package io.clipure.stream.ops.logs;
