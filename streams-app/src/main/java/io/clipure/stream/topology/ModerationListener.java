package io.clipure.stream.topology;

/**
 * What wants to know how events end: meters, a console, traces.
 *
 * <p>Both calls come before the record is sent. An event whose task then fails is read again and
 * told of again, so what is counted here may count an event more than once; what is in the topics
 * does not.
 *
 * <p><b>Threading</b>: called on all stream threads, {@link #wantsPixels} on load threads; must be
 * quick (about a microsecond), never block, and need no lock that others hold for long. Exceptions
 * are kept away from the stream thread by {@link Listeners}, which the service puts around every
 * listener.
 */
public interface ModerationListener {
  /** Nobody wants to know. */
  ModerationListener NONE = new ModerationListener() {};

  /** Whether {@link LabelledEvent#pixels} is to be kept, for each image anew. */
  default boolean wantsPixels() {
    return false;
  }

  /** Most bytes that it adds to the headers of a record; room is left for them. */
  default int headerBytes() {
    return 0;
  }

  /** A verdict is about to be forwarded. */
  default void labelled(LabelledEvent event) {}

  /** An event is about to become a dead letter. */
  default void deadLettered(DeadLettered event) {}
}
