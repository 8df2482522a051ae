package io.clipure.stream.batching;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What a job needs next on its way to pixels. The pipeline runs one step after the other, each
 * where it belongs, until it is {@link Done}:
 *
 * <pre>
 *   Fetch ──► Fetch (a redirect) │ Later (a transient fault) │ Decode │ Done
 *   Later ──► its next step
 *   Decode ─► Done
 * </pre>
 *
 * <p>What a step finds wrong with an image is a {@link Loaded.Settled}; a step that throws is a
 * bug, and fails its own job only.
 *
 * @param <D> what the job's owner wants to keep of the loading
 */
public sealed interface Step<D> {
  /**
   * Something that waits for another machine or a disk; on a fetch thread. A job that has fetched
   * holds its fetch slot until its decoding has ended, so that no more than {@code fetchThreads}
   * fetched images exist at a time.
   *
   * @param host whose share of the fetch threads it takes: at most {@code fetchPerHost} run at a
   *     time; others of that host wait without holding anything
   * @param limit how long {@code run} may take before {@code abort} is called
   * @param run may block; answers the next step, also after an abort
   * @param abort makes {@code run} return soon; called on the timer thread, at most once, while
   *     {@code run} runs, when the limit passes or nobody wants the image any more; must not block
   */
  record Fetch<D>(String host, Duration limit, Supplier<Step<D>> run, Runnable abort)
      implements Step<D> {
    /** Checks. */
    public Fetch {
      Objects.requireNonNull(host, "host");
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(abort, "abort");
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("limit is " + limit + "; it must be more than zero");
      }
    }
  }

  /**
   * A pause, such as before another attempt. No thread waits.
   *
   * @param after how long
   * @param next what comes then
   */
  record Later<D>(Duration after, Step<D> next) implements Step<D> {
    /** Checks. */
    public Later {
      Objects.requireNonNull(after, "after");
      Objects.requireNonNull(next, "next");
    }
  }

  /**
   * Computing; on a load thread.
   *
   * @param peakBytes memory it needs beside what the job holds anyway, for the decode budget; one
   *     that is larger than the whole budget runs alone
   * @param run must not wait for anything; answers the next step
   */
  record Decode<D>(long peakBytes, Supplier<Step<D>> run) implements Step<D> {
    /** Checks. */
    public Decode {
      Objects.requireNonNull(run, "run");
      if (peakBytes < 0) {
        throw new IllegalArgumentException("peakBytes is " + peakBytes + "; expected 0 or more");
      }
    }
  }

  /**
   * Loading is over.
   *
   * @param loaded its result
   */
  record Done<D>(Loaded<D> loaded) implements Step<D> {
    /** Checks. */
    public Done {
      Objects.requireNonNull(loaded, "loaded");
    }
  }
}
