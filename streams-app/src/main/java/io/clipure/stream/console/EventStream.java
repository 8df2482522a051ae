package io.clipure.stream.console;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;

/**
 * One page that listens. It has a place in the history and no queue of its own: what it has not
 * taken when the history forgets it, it is told to have missed.
 *
 * <pre>
 *   idle ──► writing ──► idle …        closed: by either side, or after too long a write
 * </pre>
 *
 * <p><b>Threading</b>: thread-safe; no thread waits for the network.
 */
final class EventStream {
  private static final int ENTRIES_A_WRITE = 64;

  private final Content.Sink sink;
  private final Callback end;
  private final History history;
  private final Consumer<EventStream> onClose;
  private final byte[] hello;

  /** Entries up to this one were gone or irrelevant before it came. */
  private final long missedFrom;

  private long cursor;
  private boolean greeted;
  private byte[] statsSent;
  private boolean writing;
  private long writingSince;
  private boolean closed;

  /**
   * A page that has been sent nothing yet.
   *
   * @param hello its first event
   * @param seen sequence number of the last entry it has; empty: it has none
   */
  EventStream(
      Content.Sink sink,
      Callback end,
      History history,
      byte[] hello,
      Optional<Long> seen,
      Consumer<EventStream> onClose) {
    this.sink = sink;
    this.end = end;
    this.history = history;
    this.hello = hello;
    this.onClose = onClose;
    this.cursor = seen.orElse(0L);
    this.missedFrom = seen.orElse(history.newest());
  }

  /** Sends what is new, unless the last write is still under way. */
  void pump(byte[] stats) {
    ByteBuffer next;
    synchronized (this) {
      if (closed) {
        return;
      }
      if (writing) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - writingSince);
        if (seconds < ConsoleSettings.CLIENT_PATIENCE_SECONDS) {
          return;
        }
        next = null;
      } else {
        byte[] bytes = next(stats);
        if (bytes.length == 0) {
          return;
        }
        writing = true;
        writingSince = System.nanoTime();
        next = ByteBuffer.wrap(bytes);
      }
    }
    if (next == null) {
      close(new TimeoutException("the page takes nothing"));
    } else {
      sink.write(false, next, Callback.from(() -> written(stats), this::close));
    }
  }

  private void written(byte[] stats) {
    synchronized (this) {
      writing = false;
    }
    pump(stats);
  }

  private byte[] next(byte[] stats) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!greeted) {
      greeted = true;
      out.writeBytes(hello);
    }
    List<Entry> entries = history.after(cursor, ENTRIES_A_WRITE);
    long missed = 0;
    for (Entry entry : entries) {
      missed += Math.max(0, entry.sequence() - 1 - Math.max(cursor, missedFrom));
      cursor = entry.sequence();
    }
    if (missed > 0) {
      out.writeBytes(EventFormat.event("missed", Optional.empty(), "{\"count\":" + missed + "}"));
    }
    entries.forEach(entry -> out.writeBytes(entry.event()));
    if (stats != null && stats != statsSent) {
      statsSent = stats;
      out.writeBytes(stats);
    }
    return out.toByteArray();
  }

  /** Ends it in order; the browser will come again. */
  void close() {
    close(null);
  }

  private void close(Throwable failure) {
    boolean whole;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      whole = failure == null && !writing;
    }
    onClose.accept(this);
    if (whole) {
      end.succeeded();
    } else {
      end.failed(failure == null ? new TimeoutException("the server stops") : failure);
    }
  }
}
