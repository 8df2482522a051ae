package io.clipure.stream.image.fetch;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/** A server that may break every rule of HTTP: handlers write the bytes. */
final class RawServer implements Closeable {
  /** Answers one request; returning keeps the connection, throwing closes it. */
  interface Handler {
    void answer(String requestLine, OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> serverNames = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "raw-server");
            thread.setDaemon(true);
            return thread;
          });

  private RawServer(ServerSocket server) {
    this.server = server;
    threads.execute(this::accept);
  }

  static RawServer on(String address) throws IOException {
    return on(address, ServerSocketFactory.getDefault());
  }

  static RawServer on(String address, ServerSocketFactory sockets) throws IOException {
    ServerSocket server = sockets.createServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
    return new RawServer(server);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Heads of the requests so far. */
  List<String> requests() {
    return requests;
  }

  /** Connections so far, also those that sent nothing. */
  int connections() {
    return sockets.size();
  }

  /** What clients named in their TLS handshakes (SNI). */
  List<String> serverNames() {
    return serverNames;
  }

  RawServer at(String path, Handler handler) {
    handlers.put(path, handler);
    return this;
  }

  /** Answers with these lines of a head, and a body. */
  RawServer at(String path, String head, byte[] body) {
    return at(
        path,
        (line, out) -> {
          out.write(
              (head.strip().replace("\n", "\r\n") + "\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.write(body);
          out.flush();
        });
  }

  /** Waits between two bytes of a slow answer; false once the server closes. */
  boolean pause(long millis) {
    try {
      return !closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      closing.countDown();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (socket instanceof SSLSocket tls) {
        tls.startHandshake();
        ((ExtendedSSLSession) tls.getSession())
            .getRequestedServerNames()
            .forEach(name -> serverNames.add(((SNIHostName) name).getAsciiName()));
      }
      String head = head(socket.getInputStream());
      while (!head.isEmpty()) {
        requests.add(head);
        String line = head.lines().findFirst().orElse("");
        String path = line.replaceAll("^\\S+ ([^ ?]*).*$", "$1");
        Handler handler = handlers.get(path);
        if (handler == null) {
          throw new IOException("no handler for " + path);
        }
        handler.answer(line, socket.getOutputStream());
        head = head(socket.getInputStream());
      }
    } catch (IOException e) {
      requests.add("connection ended: " + e.getMessage());
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
