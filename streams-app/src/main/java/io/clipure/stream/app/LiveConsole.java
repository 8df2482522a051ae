package io.clipure.stream.app;

import io.clipure.stream.batching.BatchingStats;
import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.OpsConfig;
import io.clipure.stream.console.Console;
import io.clipure.stream.console.ConsoleFeed;
import io.clipure.stream.console.ConsoleSettings;
import io.clipure.stream.console.Flow;
import io.clipure.stream.ops.http.Route;
import io.clipure.stream.topology.ModerationListener;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The console of a run, with the one thread it works on.
 *
 * <p><b>Threading</b>: open and close by the command's thread.
 */
final class LiveConsole implements AutoCloseable {
  private static final long UNKNOWN = -1;
  private static final Flow STARTING = new Flow(0, 0, 0, 1, OptionalLong.empty(), "starting");

  private final AtomicReference<Service> service = new AtomicReference<>();
  private final AtomicLong lag = new AtomicLong(UNKNOWN);
  private final ConsoleFeed feed = new ConsoleFeed();
  private final Console console;
  private final ScheduledExecutorService thread;

  private LiveConsole(OpsConfig config) {
    console =
        new Console(
            new ConsoleSettings(config.consoleHistory(), Set.copyOf(config.consoleHosts())),
            feed,
            this::flow);
    thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "console");
              made.setDaemon(true);
              return made;
            });
  }

  /** Makes the page ready, before there is a service to show. */
  static LiveConsole of(AppConfig config) {
    return new LiveConsole(config.ops());
  }

  /** Begins to take in what the feed gets. */
  void start() {
    thread.scheduleWithFixedDelay(console::round, 0, Console.ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  ModerationListener listener() {
    return new ConsoleListener(feed);
  }

  List<Route> routes() {
    return console.routes();
  }

  /** The service runs. */
  void serving(Service running) {
    service.set(running);
    console.about(running.about());
  }

  /** How far behind the partitions are that this instance reads; live ones count. */
  void lags(List<ClusterWatch.Lag> seen) {
    lag.set(
        seen.stream()
            .filter(one -> one.graph().equals("live"))
            .mapToLong(ClusterWatch.Lag::images)
            .sum());
  }

  private Flow flow() {
    Service running = service.get();
    if (running == null) {
      return STARTING;
    }
    BatchingStats stats = running.batching();
    long known = lag.get();
    return new Flow(
        stats.inFlight(),
        stats.items(),
        stats.batches(),
        stats.maxBatch(),
        known == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(known),
        running.states());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    console.close();
  }
}
