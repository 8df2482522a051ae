package io.clipure.stream.batching;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageViews;

/**
 * One job in flight. Its room in the budget is given back exactly once: when its owner has
 * forwarded the result, or, abandoned, as soon as no worker touches it. So is its fetch slot, if it
 * holds one, which is given back earlier where it can.
 *
 * <pre>
 *            begin            finish               release
 *  WAITING ─────────► BUSY ───────────► FINISHED ──────────► (room given back)
 *     │  ▲             │ │ abandon: at the next pause or finish   ▲
 *     │  └── pause ────┘ └─────────────────────────────────────── ┤
 *     └── abandon ────────────────────────────────────────────────┘
 * </pre>
 *
 * <p><b>Threading</b>: owner methods on the stream thread, worker methods on fetch, load, device
 * and timer threads, one at a time; state changes are synchronized, the outcome is published by a
 * volatile write. Giving back may take the locks of the budget and of the fetch pool; neither calls
 * back under its lock.
 */
final class Ticket<D> {
  private final Lane lane;
  private final Origin origin;
  private final long expiresAt;
  private final Runnable giveBack;
  private ImageViews views;
  private Runnable slot;
  private Runnable interrupt;
  private Step<D> step;
  private boolean busy;
  private int heapFailures;
  private boolean givenBack;
  private volatile boolean abandoned;
  private volatile Outcome<D> outcome;

  /** These are the worker's of the moment; its pause publishes them to the next one. */
  private D detail;

  private long loadNanos;
  private long readyAt;
  private boolean inferenceBegan;
  private int attempts;
  private String history = "";

  Ticket(Job<D> job, Origin origin, Runnable giveBack) {
    this.lane = job.lane();
    this.origin = origin;
    this.expiresAt = job.expiresAt();
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
    if (abandoned) {
      return;
    }
    abandoned = true;
    if (!busy) {
      letGo();
    } else if (interrupt != null) {
      interrupt.run();
    }
  }

  /** Worker: claims the job; false if it was abandoned. */
  synchronized boolean begin() {
    busy = !abandoned;
    return busy;
  }

  /** Worker: claims the job together with a fetch slot; false, and no slot taken, if abandoned. */
  synchronized boolean begin(Runnable giveSlotBack) {
    if (begin()) {
      slot = giveSlotBack;
    }
    return busy;
  }

  /** Worker: what tells a long step that the job was abandoned; must not block. */
  synchronized void interruptBy(Runnable whenAbandoned) {
    interrupt = whenAbandoned;
    if (abandoned) {
      whenAbandoned.run();
    }
  }

  /** Worker: a step ended, {@code next} waits. False if the job was abandoned. */
  synchronized boolean pause(Step<D> next, long nanos) {
    loadNanos += nanos;
    if (!(next instanceof Step.Decode<D>)) {
      dropSlot();
    }
    step = next;
    return pause();
  }

  /** Worker: image and views are there; the job waits for a batch. False if it was abandoned. */
  synchronized boolean ready(Loaded.Pixels<D> loaded, long nanos, long now) {
    loadNanos += nanos;
    dropSlot();
    step = null;
    detail = loaded.detail();
    views = loaded.views();
    readyAt = now;
    return pause();
  }

  /** Worker: the job waits again for what it waited for before. False if it was abandoned. */
  synchronized boolean pause() {
    busy = false;
    interrupt = null;
    if (abandoned) {
      letGo();
    }
    return !abandoned;
  }

  /** Worker: the job is over. */
  synchronized void finish(Outcome<D> result) {
    busy = false;
    interrupt = null;
    step = null;
    views = null;
    dropSlot();
    outcome = result;
    if (abandoned) {
      giveBackOnce();
    }
  }

  /** Worker: from here on it is answered, whatever its deadline. */
  void inferenceBegins() {
    inferenceBegan = true;
  }

  boolean inferenceBegan() {
    return inferenceBegan;
  }

  /** Worker: a call with this image went wrong. */
  void blame(String what) {
    attempts++;
    if (!history.endsWith(what)) {
      history = history.isEmpty() ? what : history + "; " + what;
    }
  }

  /** Worker: calls with the same image hung when it was another job. */
  void blamedBefore(int times) {
    attempts = times;
    history = "hung a device in an earlier delivery";
  }

  /** Calls that went wrong with it. */
  int attempts() {
    return attempts;
  }

  /** What went wrong, for people. */
  String history() {
    return history;
  }

  private void letGo() {
    step = null;
    views = null;
    dropSlot();
    giveBackOnce();
  }

  private void dropSlot() {
    if (slot != null) {
      Runnable held = slot;
      slot = null;
      held.run();
    }
  }

  private void giveBackOnce() {
    if (!givenBack) {
      givenBack = true;
      giveBack.run();
    }
  }

  /** The step it waits for. */
  synchronized Step<D> step() {
    return step;
  }

  synchronized ImageViews views() {
    return views;
  }

  boolean abandoned() {
    return abandoned;
  }

  boolean expired(long nowMillis) {
    return nowMillis >= expiresAt && expiresAt != Job.NEVER;
  }

  long expiresAt() {
    return expiresAt;
  }

  Lane lane() {
    return lane;
  }

  /** Where it came from, for log lines. */
  Origin origin() {
    return origin;
  }

  Outcome.Encoded<D> encoded(
      ImageEmbeddings embeddings, long startedAt, long encodeNanos, int batchSize, String device) {
    return new Outcome.Encoded<>(
        detail,
        embeddings,
        loadNanos,
        startedAt - readyAt,
        startedAt,
        encodeNanos,
        batchSize,
        device);
  }

  /** Worker: the heap had no room; how often by now. */
  synchronized int outOfMemory() {
    return ++heapFailures;
  }
}
