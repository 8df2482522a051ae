package io.clipure.stream.console;

import java.util.Optional;

/**
 * A dead letter as the page is told of it.
 *
 * @param topic the event was read from
 * @param partition its partition
 * @param offset its offset
 * @param key its key; empty: none
 * @param reason code
 * @param message one line for people
 * @param backfill whether nobody waited for it
 * @param atMillis when it was given up, milliseconds UTC
 */
public record DeadLetterNote(
    String topic,
    int partition,
    long offset,
    Optional<String> key,
    String reason,
    String message,
    boolean backfill,
    long atMillis)
    implements Note {

  @Override
  public boolean notable() {
    return true;
  }
}
