package io.clipure.stream.ops.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Short answers. */
public final class Answers {
  private Answers() {}

  /** One line of plain text. */
  public static void text(Response response, Callback callback, int status, String line) {
    send(response, callback, status, "text/plain;charset=utf-8", line + "\n");
  }

  /** A whole body at once. */
  public static void send(
      Response response, Callback callback, int status, String type, String body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    Content.Sink.write(response, true, body, callback);
  }
}
