package io.clipure.stream.image;

import java.net.URI;
import java.nio.ByteBuffer;

/** Reads the bytes behind references of one scheme. Thread-safe; may block. */
interface ContentFetcher {

  /** Outcome of a fetch. */
  sealed interface Fetched {
    /** The bytes, from position to limit. */
    record Content(ByteBuffer bytes) implements Fetched {}

    /** The reference was refused or could not be read. */
    record Refused(RejectionReason reason, String message) implements Fetched {}
  }

  /**
   * Fetches within the policy and the byte limit this fetcher was made with.
   *
   * @param reference an absolute URI of this fetcher's scheme
   * @return the bytes or the refusal; never throws for what the reference says
   */
  Fetched fetch(URI reference);
}
