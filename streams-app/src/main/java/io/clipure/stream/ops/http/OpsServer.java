package io.clipure.stream.ops.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The operator's HTTP port: GET and HEAD only, no bodies taken, few connections, few threads, none
 * of which keeps the JVM alive. A handler that answers over a long time (server-sent events) must
 * write without blocking a thread, and at least once in {@link #IDLE}.
 *
 * <pre>
 *   new ──► start ──► serving ──► close
 * </pre>
 *
 * <p><b>Threading</b>: start and close by the owner; handlers run on the server's own threads.
 */
public final class OpsServer implements AutoCloseable {
  /** A connection on which nothing is sent or received for this long is closed. */
  public static final Duration IDLE = Duration.ofSeconds(30);

  private static final int CONNECTIONS = 64;
  private static final int THREADS = 8;
  private static final int REQUEST_HEADER_BYTES = 8 << 10;

  private final Server server;
  private final ServerConnector connector;

  /**
   * Prepares the server.
   *
   * @param host name or address to listen on
   * @param port to listen on; 0: any that is free, see {@link #port}
   * @param routes who answers; any other path is 404
   */
  public OpsServer(String host, int port, List<Route> routes) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName("clipure-ops");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(REQUEST_HEADER_BYTES);
    connector =
        new ServerConnector(server, null, null, null, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
    // Open connections, kept alive or streaming, must not hold up the end of the service.
    server.setStopTimeout(0);
    server.setHandler(new Gate(routes(routes)));
    server.setErrorHandler(
        (request, response, callback) -> {
          response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
          int status = response.getStatus();
          Answers.text(response, callback, status, status + " " + HttpStatus.getMessage(status));
          return true;
        });
  }

  private static Handler routes(List<Route> routes) {
    PathMappingsHandler paths = new PathMappingsHandler();
    for (Route route : routes) {
      paths.addMapping(new ServletPathSpec(route.path()), route.handler());
      if (route.below()) {
        String folder = route.path().endsWith("/") ? route.path() : route.path() + "/";
        // One handler has one place in the tree.
        paths.addMapping(new ServletPathSpec(folder + "*"), new Handler.Wrapper(route.handler()));
      }
    }
    return paths;
  }

  /**
   * Listens.
   *
   * @throws IOException if it cannot listen there: the port is in use or not allowed, the host
   *     unknown or not this machine's
   */
  public void start() throws IOException {
    try {
      connector.open();
      server.start();
    } catch (IOException | RuntimeException e) {
      LifeCycle.stop(server);
      throw e;
    } catch (Exception e) {
      LifeCycle.stop(server);
      throw new IOException(e);
    }
  }

  /** The port in use. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Where it listens, for people: {@code http://127.0.0.1:8080}. */
  public String address() {
    InetSocketAddress local =
        connector.getTransport() instanceof java.nio.channels.ServerSocketChannel channel
            ? (InetSocketAddress) channel.socket().getLocalSocketAddress()
            : InetSocketAddress.createUnresolved(connector.getHost(), port());
    String host = local.getHostString();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + local.getPort();
  }

  /** Stops listening and ends every connection. Idempotent. */
  @Override
  public void close() {
    LifeCycle.stop(server);
  }

  /** What holds for every answer. */
  private static final class Gate extends Handler.Wrapper {
    Gate(Handler next) {
      super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      // A handler that knows better puts its own.
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      response.getHeaders().put("X-Content-Type-Options", "nosniff");
      response.getHeaders().put("X-Frame-Options", "DENY");
      response.getHeaders().put("Referrer-Policy", "no-referrer");
      response
          .getHeaders()
          .put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
      if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
        response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
        Answers.text(
            response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "405 only GET and HEAD");
        return true;
      }
      if (super.handle(request, response, callback)) {
        return true;
      }
      Answers.text(response, callback, HttpStatus.NOT_FOUND_404, "404 nothing here");
      return true;
    }
  }
}
