package io.clipure.stream.batching;

import java.util.function.Supplier;

/**
 * One job in flight. Its room in the budget is given back exactly once: when its owner has
 * forwarded the result, or, abandoned, as soon as no worker touches it.
 *
 * <pre>
 *            begin            finish               release
 *  WAITING ─────────► BUSY ───────────► FINISHED ──────────► (room given back)
 *     │  ▲             │ │ abandon: at the next pause or finish   ▲
 *     │  └── pause ────┘ └─────────────────────────────────────── ┤
 *     └── abandon ────────────────────────────────────────────────┘
 * </pre>
 *
 * <p><b>Threading</b>: owner methods on the stream thread, worker methods on load and device
 * threads; state changes are synchronized, the outcome is published by a volatile write.
 */
final class Ticket<D> {
  private final long bytes;
  private final Runnable giveBack;
  private Supplier<Loaded<D>> loader;
  private byte[] pixels;
  private boolean busy;
  private boolean abandoned;
  private boolean givenBack;
  private volatile Outcome<D> outcome;

  /** Written by the load thread before the batcher's lock publishes them to the device thread. */
  private D detail;

  private long loadNanos;
  private long readyAt;

  Ticket(Job<D> job, Runnable giveBack) {
    this.bytes = job.bytes();
    this.loader = job.loader();
    this.giveBack = giveBack;
  }

  /** Owner: the outcome, or null while the job runs. */
  Outcome<D> outcome() {
    return outcome;
  }

  /** Owner: the result is forwarded. */
  synchronized void release() {
    giveBackOnce();
  }

  /** Owner: nobody wants the result any more. */
  synchronized void abandon() {
    abandoned = true;
    loader = null;
    if (!busy) {
      pixels = null;
      giveBackOnce();
    }
  }

  /** Worker: claims the job for a step; false if it was abandoned. */
  synchronized boolean begin() {
    busy = !abandoned;
    return busy;
  }

  /** Worker: the pixels are there; the job waits for a batch. False if it was abandoned. */
  synchronized boolean pause(Loaded.Pixels<D> loaded, long nanos, long now) {
    busy = false;
    loader = null;
    if (abandoned) {
      giveBackOnce();
      return false;
    }
    detail = loaded.detail();
    pixels = loaded.pixels();
    loadNanos = nanos;
    readyAt = now;
    return true;
  }

  /** Worker: the job is over. */
  synchronized void finish(Outcome<D> result) {
    busy = false;
    loader = null;
    pixels = null;
    outcome = result;
    if (abandoned) {
      giveBackOnce();
    }
  }

  private void giveBackOnce() {
    if (!givenBack) {
      givenBack = true;
      giveBack.run();
    }
  }

  synchronized Supplier<Loaded<D>> loader() {
    return loader;
  }

  synchronized byte[] pixels() {
    return pixels;
  }

  long bytes() {
    return bytes;
  }

  Outcome.Encoded<D> encoded(
      float[] embedding, long startedAt, long encodeNanos, int batchSize, String device) {
    return new Outcome.Encoded<>(
        detail, embedding, loadNanos, startedAt - readyAt, encodeNanos, batchSize, device);
  }
}
