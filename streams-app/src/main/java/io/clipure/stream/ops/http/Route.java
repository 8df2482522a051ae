package io.clipure.stream.ops.http;

import org.eclipse.jetty.server.Handler;

/**
 * Who answers for a path. Only GET and HEAD requests get there.
 *
 * @param path absolute, without wildcard
 * @param below whether also for every path below it
 * @param handler answers; started and stopped by the server
 */
public record Route(String path, boolean below, Handler handler) {
  /** Checks the path. */
  public Route {
    if (!path.startsWith("/") || path.contains("*")) {
      throw new IllegalArgumentException("path is " + path + "; expected /… without *");
    }
  }

  /** For one path. */
  public static Route of(String path, Handler handler) {
    return new Route(path, false, handler);
  }

  /** For a path and everything below it. */
  public static Route below(String path, Handler handler) {
    return new Route(path, true, handler);
  }
}
