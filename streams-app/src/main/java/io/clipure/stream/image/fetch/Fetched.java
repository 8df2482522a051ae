package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Where the fetch of one image stands.
 *
 * <pre>
 * start ──► Hop ──run──► Hop (a redirect) ──run──► Content
 *   │        │                                │
 *   │        ├──────────► Later ──next──► Hop ┘   (a transient fault, attempts left)
 *   └────────┴──────────► Refused
 * </pre>
 */
public sealed interface Fetched {

  /**
   * Something to run that blocks.
   *
   * @param host whose concurrency it counts against, for example {@code https://example.org:443},
   *     {@code s3://bucket} or {@code file:/root}
   * @param limit longest run; {@code run} keeps to it between two reads, {@code abort} at any time
   * @param run answers where the fetch then stands; never throws for what the other side does; to
   *     be called once
   * @param abort makes {@code run} answer soon, now or when it begins; any thread, any number of
   *     times; does not block
   */
  record Hop(String host, Duration limit, Supplier<Fetched> run, Runnable abort)
      implements Fetched {}

  /** The bytes, from position to limit, backed by an array. */
  record Content(ByteBuffer bytes) implements Fetched {}

  /**
   * Final: the reference is not followed, or its content cannot be had.
   *
   * @param message one line: what was seen, what was expected, what to do; without query strings
   *     and passwords
   */
  record Refused(RejectionReason reason, String message) implements Fetched {}

  /**
   * A transient fault; the next attempt after this time.
   *
   * @param after time to wait, without a thread
   * @param next begins the next attempt; does not block
   */
  record Later(Duration after, Supplier<Fetched> next) implements Fetched {}
}
