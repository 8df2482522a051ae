package io.clipure.stream.app.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Serves the images of events that hold references: at once, late, only when asked again, or never.
 *
 * <p><b>Threading</b>: two threads of its own; late answers come from a timer.
 */
final class ContentServer implements AutoCloseable {
  private static final long LATE_MILLIS = 250;

  private final Pictures pictures;
  private final HttpServer server;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  ContentServer(Pictures pictures) {
    this.pictures = pictures;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the content server cannot listen", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /**
   * The reference of an event.
   *
   * @param number unlike that of any other event
   * @param picture which image
   */
  String uri(EventKind kind, int number, int picture) {
    // Hosts have queues of their own: what never answers must not hold up the others.
    String host = kind == EventKind.HUNG_DOWNLOAD ? "localhost" : "127.0.0.1";
    return "http://" + host + ":" + port() + "/" + kind.name() + "/" + picture + "/" + number;
  }

  private void answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    String[] parts = path.split("/");
    switch (EventKind.valueOf(parts[1])) {
      case SLOW_DOWNLOAD ->
          threads.schedule(() -> image(exchange, parts[2]), LATE_MILLIS, TimeUnit.MILLISECONDS);
      case FLAKY_DOWNLOAD -> {
        if (asked.add(path)) {
          send(exchange, 503, new byte[0]);
        } else {
          image(exchange, parts[2]);
        }
      }
      case MISSING_DOWNLOAD -> send(exchange, 404, new byte[0]);
      case HUNG_DOWNLOAD -> asked.add(path); // and no answer, until the server closes
      default -> image(exchange, parts[2]);
    }
  }

  private void image(HttpExchange exchange, String picture) {
    exchange.getResponseHeaders().set("Content-Type", "image/png");
    send(exchange, 200, pictures.of(EventKind.GOOD, Integer.parseInt(picture)));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      // The service has given up or was killed meanwhile; it will ask again if it wants to.
      org.slf4j.LoggerFactory.getLogger(ContentServer.class).debug("not delivered", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
