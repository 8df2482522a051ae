package io.clipure.stream.console;

import io.clipure.stream.ops.http.Answers;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * The page, its parts, and the stream of events. Nothing here changes anything; nothing is stored
 * in the browser.
 */
final class ConsoleHandler extends Handler.Abstract.NonBlocking {
  /** Path of the page. */
  static final String ROOT = "/console";

  /** The page runs nobody's code but its own, and talks to nobody but this server. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final Pattern ENTRY = Pattern.compile("entries/([0-9a-f]{8})-(\\d{1,18})");
  private static final Pattern PICTURE =
      Pattern.compile("pictures/([0-9a-f]{8})-(\\d{1,18})/(clear|veiled)\\.png");

  private final Visitors visitors;
  private final Page page;
  private final EventStreams streams;
  private final History history;
  private final EntryJson json;
  private final String instance;

  ConsoleHandler(
      ConsoleSettings settings,
      String instance,
      Page page,
      EventStreams streams,
      History history,
      EntryJson json) {
    this.visitors = new Visitors(settings.hosts());
    this.instance = instance;
    this.page = page;
    this.streams = streams;
    this.history = history;
    this.json = json;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath().substring(ROOT.length());
    HttpFields.Mutable headers = response.getHeaders();
    headers.put("Content-Security-Policy", POLICY);
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    Optional<String> refusal =
        visitors.refusal(
            request.getHeaders().get(HttpHeader.HOST),
            request.getHeaders().get("Sec-Fetch-Site"),
            path.isEmpty() || path.equals("/"));
    if (refusal.isPresent()) {
      Answers.text(response, callback, HttpStatus.FORBIDDEN_403, "403 " + refusal.get());
      return true;
    }
    if (path.isEmpty()) {
      // Relative, so that it also holds behind a proxy that serves it below another path.
      headers.put(HttpHeader.LOCATION, "console/");
      Answers.text(response, callback, HttpStatus.TEMPORARY_REDIRECT_307, "see console/");
      return true;
    }
    return answer(path.substring(1), request, response, callback);
  }

  private boolean answer(String path, Request request, Response response, Callback callback) {
    Optional<Page.File> file = page.find(path);
    if (file.isPresent()) {
      send(response, callback, file.get().mediaType(), file.get().content());
      return true;
    }
    if (path.equals("events")) {
      events(request, response, callback);
      return true;
    }
    Matcher entry = ENTRY.matcher(path);
    if (entry.matches()) {
      find(entry)
          .ifPresentOrElse(
              one -> send(response, callback, "application/json", json.bytes(json.detail(one))),
              () -> gone(response, callback));
      return true;
    }
    Matcher picture = PICTURE.matcher(path);
    if (picture.matches()) {
      find(picture)
          .flatMap(Entry::picture)
          .map(one -> picture.group(3).equals("clear") ? one : one.veiled())
          .ifPresentOrElse(
              one -> send(response, callback, "image/png", one.png()),
              () -> gone(response, callback));
      return true;
    }
    return false;
  }

  private Optional<Entry> find(Matcher place) {
    return place.group(1).equals(instance)
        ? history.find(Long.parseLong(place.group(2)))
        : Optional.empty();
  }

  private static void gone(Response response, Callback callback) {
    Answers.text(
        response,
        callback,
        HttpStatus.NOT_FOUND_404,
        "404 no longer kept here; ops.console-history says how many are");
  }

  private static void send(Response response, Callback callback, String type, byte[] body) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  private void events(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    // Proxies such as nginx would otherwise keep events back until they have enough of them.
    response.getHeaders().put("X-Accel-Buffering", "no");
    if (HttpMethod.HEAD.is(request.getMethod())) {
      callback.succeeded();
      return;
    }
    if (!streams.enter()) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "10");
      Answers.text(
          response,
          callback,
          HttpStatus.SERVICE_UNAVAILABLE_503,
          "503 " + ConsoleSettings.MAX_CLIENTS + " pages are open already; close one");
      return;
    }
    streams.open(response, callback, lastEventId(request));
  }

  /** What the browser sends when it connects again, or the page when it has to do so itself. */
  private static String lastEventId(Request request) {
    String header = request.getHeaders().get("Last-Event-ID");
    if (header != null) {
      return header;
    }
    Fields query = Request.extractQueryParameters(request);
    return query.getValue("last");
  }
}
