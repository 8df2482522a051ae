/**
 * The asynchronous processor with its commit barrier and the process-wide micro-batcher: the only
 * room with threads and locks.
 */
package io.clipure.stream.batching;
