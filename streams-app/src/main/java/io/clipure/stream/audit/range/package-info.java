/**
 * Fixed stretches of a topic: planned once, read to their end, with every gap counted. Knows bytes
 * and offsets only; what the records mean must not enter.
 */
package io.clipure.stream.audit.range;
