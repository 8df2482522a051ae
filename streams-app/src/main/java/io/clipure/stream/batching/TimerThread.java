package io.clipure.stream.batching;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pipeline's one timer thread. Thread-safe. */
final class TimerThread implements Timer {
  private static final Logger LOG = LoggerFactory.getLogger(TimerThread.class);

  private final ScheduledThreadPoolExecutor executor;

  TimerThread() {
    executor = new ScheduledThreadPoolExecutor(1, run -> Threads.daemon(run, "clipure-timer"));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Alarm schedule(long nanos, Runnable action) {
    try {
      ScheduledFuture<?> alarm =
          executor.schedule(() -> logged(action), nanos, TimeUnit.NANOSECONDS);
      return () -> alarm.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.debug("The timer is closed", e);
      return () -> {};
    }
  }

  /** An executor would keep the exception to itself. */
  private static void logged(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("An action of the timer failed; this is a bug", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
