package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.ops.health.Check;
import io.clipure.stream.ops.health.HealthHandler;
import io.clipure.stream.ops.http.OpsServer;
import io.clipure.stream.ops.http.Route;
import io.clipure.stream.ops.metrics.Meters;
import io.clipure.stream.ops.metrics.MetricsHandler;
import io.clipure.stream.ops.metrics.OpsMeter;
import io.clipure.stream.topology.Listeners;
import io.clipure.stream.topology.ModerationListener;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What operators see of one run. The port is open before the service is made and until after it has
 * ended, so that a start that takes long or fails, and a stop, can be watched.
 *
 * <pre>
 *   open ──► (bundle) ──► verified ──► (devices) ──► serving ──► stopping ──► (drains) ──► close
 *                └──────────┴──► refused ──► close
 * </pre>
 *
 * <p><b>Threading</b>: the command's thread; what is served is read by the server's.
 */
class Operations implements AutoCloseable {
  private Operations() {}

  /**
   * Opens the port, unless {@code ops.enabled} is false: then nothing is opened and nobody listens.
   *
   * @throws RefusedException naming the key, if the port cannot be opened
   */
  static Operations open(AppConfig config) {
    return config.ops().enabled() ? new Open(config) : new Operations();
  }

  /** Told how every event ends; to be given to the service. */
  ModerationListener listener() {
    return ModerationListener.NONE;
  }

  /** Bundle and label set are sound. */
  void verified() {}

  /** The service does not start. */
  void refused(String why) {}

  /** The service runs. */
  void serving(Service service) {}

  /** The service has been told to stop. */
  void stopping() {}

  /** Where the port is; empty: there is none. */
  Optional<String> address() {
    return Optional.empty();
  }

  @Override
  public void close() {}

  /** With a port. */
  private static final class Open extends Operations {
    private final AppConfig config;
    private final ServiceHealth health;
    private final Meters meters = new Meters();
    private final VerdictMeters verdicts;
    private final Listeners listeners;
    private final OpsServer server;
    private volatile Runnable refresh = () -> {};
    private ClusterWatch cluster;

    Open(AppConfig config) {
      this.config = config;
      this.health = new ServiceHealth(config);
      this.verdicts =
          new VerdictMeters(
              meters,
              Clock.systemUTC(),
              config.topics().backfill().isPresent(),
              config.candidate().isPresent());
      List<ModerationListener> told = new ArrayList<>(List.of(verdicts));
      List<Route> routes = new ArrayList<>();
      routes.add(Route.of("/health/live", new HealthHandler(health::live)));
      routes.add(Route.of("/health/ready", new HealthHandler(health::ready)));
      routes.add(Route.of("/metrics", new MetricsHandler(meters, () -> refresh.run())));
      this.listeners = new Listeners(told);
      addMeters();
      this.server = OpsPort.open(config.ops(), routes);
    }

    private void addMeters() {
      meters.counting(OpsMeter.OBSERVER_FAILURES, listeners::failures);
      meters.gauge(OpsMeter.READY, () -> health.ready().stream().allMatch(Check::ok) ? 1 : 0);
      Meters.Rows checks = meters.rows(OpsMeter.CHECKS);
      refresh =
          () ->
              checks.set(
                  health.ready().stream()
                      .map(one -> new Meters.Row(List.of(one.name()), one.ok() ? 1 : 0))
                      .toList());
    }

    @Override
    ModerationListener listener() {
      return listeners;
    }

    @Override
    void verified() {
      health.verified();
    }

    @Override
    void refused(String why) {
      health.refused(why);
    }

    @Override
    void serving(Service service) {
      Meters.Rows lag = meters.rows(OpsMeter.LAG);
      cluster =
          new ClusterWatch(
              config,
              sources(service),
              seen ->
                  lag.set(
                      seen.stream()
                          .map(
                              one ->
                                  new Meters.Row(
                                      List.of(
                                          one.graph(),
                                          one.partition().topic(),
                                          Integer.toString(one.partition().partition())),
                                      one.images()))
                          .toList()));
      meters.gauge(OpsMeter.BROKER_ANSWER_AGE, () -> cluster.sinceAnswer().toMillis() / 1e3);
      ServiceMeters running =
          new ServiceMeters(meters, service, Settings.batching(config), verdicts);
      Runnable checks = refresh;
      refresh =
          () -> {
            checks.run();
            running.refresh();
          };
      health.serving(service, cluster);
    }

    private List<ClusterWatch.Source> sources(Service service) {
      List<StreamsClient> clients = service.clients();
      String group = config.stream().applicationId();
      List<ClusterWatch.Source> sources = new ArrayList<>();
      sources.add(new ClusterWatch.Source(clients.get(0), config.topics().images(), group));
      config
          .topics()
          .backfill()
          .ifPresent(
              topic ->
                  sources.add(
                      new ClusterWatch.Source(
                          clients.get(1), topic, Settings.backfillApplication(config))));
      return sources;
    }

    @Override
    void stopping() {
      health.stopping();
    }

    @Override
    Optional<String> address() {
      return Optional.of(server.address());
    }

    @Override
    public void close() {
      server.close();
      if (cluster != null) {
        cluster.close();
      }
      meters.close();
    }
  }
}
