package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.ops.http.OpsServer;
import io.clipure.stream.ops.http.Route;
import io.clipure.stream.topology.Listeners;
import io.clipure.stream.topology.ModerationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What operators see of one run. The port is open before the service is made and until after it has
 * ended, so that a start that takes long or fails, and a stop, can be watched.
 *
 * <pre>
 *   open ──► (service starts) ──► serving ──► stopping ──► (service drains) ──► close
 * </pre>
 *
 * <p><b>Threading</b>: the command's thread.
 */
final class Operations implements AutoCloseable {
  private final Optional<OpsServer> server;
  private final Tracing tracing;
  private final ModerationListener listener;

  private Operations(Optional<OpsServer> server, Tracing tracing, ModerationListener listener) {
    this.server = server;
    this.tracing = tracing;
    this.listener = listener;
  }

  /**
   * Opens the port, unless {@code ops.enabled} is false, and the way to a trace collector, if
   * {@code tracing.enabled} is true.
   *
   * @throws RefusedException naming the key, if the port cannot be opened
   */
  static Operations open(AppConfig config) {
    List<ModerationListener> listeners = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    Optional<OpsServer> server =
        config.ops().enabled() ? Optional.of(OpsPort.open(config.ops(), routes)) : Optional.empty();
    // Last of all: it opens nothing that could fail.
    Tracing tracing = Tracing.of(config);
    if (tracing.listener() != ModerationListener.NONE) {
      listeners.add(tracing.listener());
    }
    return new Operations(
        server, tracing, listeners.isEmpty() ? ModerationListener.NONE : new Listeners(listeners));
  }

  /** Told how every event ends; to be given to the service. */
  ModerationListener listener() {
    return listener;
  }

  /** The service runs. */
  void serving(Service service) {}

  /** The service has been told to stop. */
  void stopping() {}

  /** Where the port is; empty: there is none. */
  Optional<String> address() {
    return server.map(OpsServer::address);
  }

  @Override
  public void close() {
    tracing.close();
    server.ifPresent(OpsServer::close);
  }
}
