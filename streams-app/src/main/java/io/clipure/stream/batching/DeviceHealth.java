package io.clipure.stream.batching;

import java.util.Optional;

/**
 * How a device worker is.
 *
 * @param device the device as configured; several workers may share one
 * @param state whether it takes batches
 * @param hanging encoders that were written off and whose calls have not returned: each keeps its
 *     memory
 * @param replaced encoders opened in place of others since start
 * @param lastFault what went wrong last, in one line
 */
public record DeviceHealth(
    String device, State state, int hanging, long replaced, Optional<String> lastFault) {

  /**
   * What a worker does.
   *
   * <pre>
   *   WORKING ── hangs, or fails for a blank image ──► RECOVERING ── a new encoder works ──► WORKING
   *                                                         └── it does not ──► RETIRED
   *   WORKING ── too many encoders hang ──► RETIRED
   * </pre>
   */
  public enum State {
    /** Takes batches. */
    WORKING,

    /** Opens a new encoder; takes no batch meanwhile. */
    RECOVERING,

    /** Given up until the process restarts; the pipeline fails with its last device. */
    RETIRED
  }
}
