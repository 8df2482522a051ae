package io.clipure.stream.app;

import io.clipure.stream.config.OpsConfig;
import io.clipure.stream.ops.http.OpsServer;
import io.clipure.stream.ops.http.Route;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;

/** Opens the operator's HTTP port where the configuration wants it. */
final class OpsPort {
  private OpsPort() {}

  /**
   * Opens it.
   *
   * @throws RefusedException naming the key, if it cannot listen there
   */
  static OpsServer open(OpsConfig config, List<Route> routes) {
    OpsServer server = new OpsServer(config.host(), config.port(), routes);
    try {
      server.start();
      return server;
    } catch (IOException e) {
      throw new RefusedException(problem(config, e), e);
    }
  }

  private static String problem(OpsConfig config, IOException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = Clients.reasons(root);
    boolean host =
        root instanceof UnknownHostException
            || root instanceof java.nio.channels.UnresolvedAddressException
            || said.contains("Cannot assign")
            || said.contains("nresolved");
    return host
        ? "ops.host: %s is no address of this machine (%s); expected one, e.g. 127.0.0.1 or 0.0.0.0"
            .formatted(config.host(), said)
        : "ops.port: %d on %s cannot be listened on (%s); choose another, 0 for any that is free, or ops.enabled=false"
            .formatted(config.port(), config.host(), said);
  }
}
