package io.clipure.stream.image.fetch;

import java.nio.ByteBuffer;
import java.time.Duration;

/** One stretch of one attempt, at one host. Used once. */
interface Leg {

  /** Where a leg ends. */
  sealed interface Reached {
    /** The content, from position to limit. */
    record Bytes(ByteBuffer content) implements Reached {}

    /** A redirect, checked like a first reference. */
    record Onward(Leg next) implements Reached {}
  }

  /** Whose concurrency it counts against. */
  String host();

  /** Longest {@link #run}. */
  Duration limit();

  /**
   * Blocks.
   *
   * @throws FetchException whatever goes wrong
   */
  Reached run() throws FetchException;

  /** Makes {@link #run} end soon, also one that has yet to begin. Any thread; does not block. */
  void abort();
}
