package io.clipure.stream.app;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to stop, from SIGTERM, SIGINT or the service itself. With the JVM's own handling a
 * signal ends the process with 128 plus its number, however well everything was drained; here the
 * main thread goes on, drains and returns its own exit code. A second signal is for people who will
 * not wait.
 *
 * <p>{@code sun.misc.Signal} (module {@code jdk.unsupported}) is the only way to a signal in Java.
 * It is called by reflection, as javac warns of it in a way that cannot be suppressed.
 *
 * <p><b>Threading</b>: thread-safe; signals arrive on threads of the JVM.
 */
final class StopSignals {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<String> first = new AtomicReference<>();
  private final Runnable second;

  /**
   * Creates a request that nothing has asked for yet.
   *
   * @param second what to do at a second signal
   */
  StopSignals(Runnable second) {
    this.second = second;
  }

  /**
   * Listens to a signal, in place of the JVM.
   *
   * @param name without SIG, for example TERM
   * @return whether this JVM and its flags (-Xrs) allow it
   */
  boolean listen(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object listener =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      arrived("SIG" + name);
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "stop at SIG" + name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIG{} is left to the JVM: {}", name, String.valueOf(e.getCause()));
      return false;
    }
  }

  private void arrived(String signal) {
    if (first.compareAndSet(null, signal)) {
      asked.countDown();
    } else {
      second.run();
    }
  }

  /** Asks to stop for a reason of the service's own; not counted as a signal. */
  void stop() {
    asked.countDown();
  }

  /** The first signal, such as SIGTERM; null if none came. */
  String signal() {
    return first.get();
  }

  /** Waits until somebody asks, or for so long; whether somebody has. */
  boolean await(Duration most) throws InterruptedException {
    return asked.await(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits until somebody asks. */
  void await() throws InterruptedException {
    asked.await();
  }
}
