package io.clipure.stream.topology;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Headers;

/**
 * An event that is about to become a dead letter. Texts may be a stranger's.
 *
 * @param graph what it went through
 * @param topic topic the event was read from
 * @param partition its partition
 * @param offset its offset
 * @param timestamp its timestamp, milliseconds UTC
 * @param key its key as text, broken bytes replaced; empty: none
 * @param readAtNanos {@link System#nanoTime} when it was taken up; empty: it got no further
 * @param reason code, see {@link ReasonCodes}
 * @param message one line for people
 * @param eventHeaders headers of the event as it was read; not to be modified
 * @param letterHeaders headers of the dead letter, to which a listener may add
 */
public record DeadLettered(
    Graph graph,
    String topic,
    int partition,
    long offset,
    long timestamp,
    Optional<String> key,
    OptionalLong readAtNanos,
    String reason,
    String message,
    Headers eventHeaders,
    Headers letterHeaders) {}
