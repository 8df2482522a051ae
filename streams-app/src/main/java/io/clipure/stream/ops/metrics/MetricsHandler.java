package io.clipure.stream.ops.metrics;

import io.clipure.stream.ops.http.Answers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The meters as Prometheus text, or as OpenMetrics where the client asks for that.
 *
 * <p><b>Threading</b>: the server's threads; one scrape at a time, so that many clients cannot take
 * the cores that images need.
 */
public final class MetricsHandler extends Handler.Abstract {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final Meters meters;
  private final Runnable refresh;

  /**
   * Creates the handler.
   *
   * @param refresh run before each scrape
   */
  public MetricsHandler(Meters meters, Runnable refresh) {
    this.meters = meters;
    this.refresh = refresh;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws IOException {
    String accept = request.getHeaders().get(HttpHeader.ACCEPT);
    String type =
        accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
    Answers.send(response, callback, 200, type, scrape(type));
    return true;
  }

  private synchronized String scrape(String type) throws IOException {
    refresh.run();
    ByteArrayOutputStream body = new ByteArrayOutputStream(64 << 10);
    meters.registry().scrape(body, type);
    return body.toString(StandardCharsets.UTF_8);
  }
}
