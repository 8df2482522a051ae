package io.clipure.stream.topology;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several listeners as one. What one of them throws is counted, logged the first time, and neither
 * reaches the stream thread nor keeps the event from the others.
 *
 * <p>Thread-safe.
 */
public final class Listeners implements ModerationListener {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<ModerationListener> listeners;
  private final LongAdder failures = new LongAdder();
  private final AtomicBoolean logged = new AtomicBoolean();

  /** Told of every event, in this order. */
  public Listeners(List<ModerationListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Calls that threw, since start. */
  public long failures() {
    return failures.sum();
  }

  @Override
  public boolean wantsPixels() {
    for (ModerationListener listener : listeners) {
      try {
        if (listener.wantsPixels()) {
          return true;
        }
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        failed(listener, e);
      }
    }
    return false;
  }

  @Override
  public int headerBytes() {
    return listeners.stream().mapToInt(ModerationListener::headerBytes).sum();
  }

  @Override
  public void labelled(LabelledEvent event) {
    tell(listener -> listener.labelled(event));
  }

  @Override
  public void deadLettered(DeadLettered event) {
    tell(listener -> listener.deadLettered(event));
  }

  private void tell(Consumer<ModerationListener> call) {
    for (ModerationListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        failed(listener, e);
      }
    }
  }

  private void failed(ModerationListener listener, Throwable failure) {
    failures.increment();
    if (logged.compareAndSet(false, true)) {
      LOG.error(
          "{} failed; images are not affected, and further failures are counted, not logged",
          listener.getClass().getName(),
          failure);
    }
  }
}
