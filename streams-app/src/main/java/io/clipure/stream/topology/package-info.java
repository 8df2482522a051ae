/** The named Streams graph: topics, serdes, routing, dead letters. */
package io.clipure.stream.topology;
