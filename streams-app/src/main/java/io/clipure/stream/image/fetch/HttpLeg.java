package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;

/**
 * One request. A redirect is another leg, checked like the first, with what is left of the time.
 */
final class HttpLeg implements Leg {
  /** A body this short is read although it is no content, so that its connection is kept. */
  private static final int SHORT_BODY = 8 << 10;

  private final HttpSource source;
  private final Optional<HttpTarget> from;
  private final HttpTarget target;
  private final int redirectsLeft;
  private final Duration limit;
  private final HttpHost host;
  private final HttpUriRequestBase request;
  private final AtomicBoolean aborted = new AtomicBoolean();

  HttpLeg(
      HttpSource source,
      Optional<HttpTarget> from,
      HttpTarget target,
      int redirectsLeft,
      Duration limit) {
    this.source = source;
    this.from = from;
    this.target = target;
    this.redirectsLeft = redirectsLeft;
    this.limit = limit;
    String name = target.host().replace("[", "").replace("]", "");
    this.host = new HttpHost(target.scheme(), name, target.port());
    this.request = new HttpUriRequestBase("GET", URI.create("/"));
    request.setScheme(target.scheme());
    request.setAuthority(new URIAuthority(name, target.port()));
    request.setPath(target.pathAndQuery());
  }

  @Override
  public String host() {
    return target.origin();
  }

  @Override
  public Duration limit() {
    return limit;
  }

  @Override
  public void abort() {
    aborted.set(true);
    request.abort();
  }

  @Override
  public Reached run() throws FetchException {
    try {
      return ask();
    } catch (FetchException e) {
      throw from.isPresent() ? e.redirectedFrom(from.get()) : e;
    }
  }

  private Reached ask() throws FetchException {
    Deadline deadline = Deadline.in(limit);
    try {
      ClassicHttpResponse response =
          source.client().executeOpen(host, request, HttpClientContext.create());
      boolean read = false;
      try {
        if (response.getCode() == 200 || response.getCode() == 203) {
          ByteBuffer content = content(response, deadline);
          if (aborted.get()) {
            // The end may be the abort's and not the content's.
            throw FetchException.timeout(target.toString(), limit);
          }
          read = true;
          return new Reached.Bytes(content);
        }
        read = skip(response.getEntity(), deadline);
        return other(response, deadline);
      } finally {
        if (read) {
          response.close();
        } else {
          // Closing would read the rest, however long that is and takes.
          request.abort();
        }
      }
    } catch (IOException e) {
      throw isLate(deadline)
          ? FetchException.timeout(target.toString(), limit)
          : HttpFaults.of(target, e);
    } catch (IllegalStateException e) {
      if (isLate(deadline)) {
        // What the client makes of a connection that is closed under it.
        throw FetchException.timeout(target.toString(), limit);
      }
      throw e;
    }
  }

  private boolean isLate(Deadline deadline) {
    return aborted.get() || deadline.hasPassed();
  }

  private Reached other(ClassicHttpResponse response, Deadline deadline) throws FetchException {
    int status = response.getCode();
    switch (status) {
      case 301, 302, 303, 307, 308 -> {
        Header location = response.getFirstHeader("Location");
        if (location == null || location.getValue() == null) {
          throw status(status, "without a Location", false, Optional.empty());
        }
        return new Reached.Onward(
            source.redirect(target, location.getValue(), redirectsLeft, deadline.remaining()));
      }
      case 404, 410 ->
          throw FetchException.refused(
              RejectionReason.FETCH_NOT_FOUND,
              "%s answers %d; check that the image is there before its event"
                  .formatted(target, status));
      case 408, 425, 429 -> throw status(status, "", true, retryAfter(response));
      default -> throw status(status, "", status >= 500, retryAfter(response));
    }
  }

  private ByteBuffer content(ClassicHttpResponse response, Deadline deadline)
      throws IOException, FetchException {
    HttpEntity entity = response.getEntity();
    source
        .mediaTypes()
        .check(
            target.toString(),
            value(response, "Content-Type"),
            value(response, "Content-Encoding"));
    return entity == null
        ? ByteBuffer.allocate(0)
        : Body.read(
            entity.getContent(),
            entity.getContentLength(),
            source.maxBytes(),
            target.toString(),
            deadline);
  }

  /** Whether nothing is left to read. */
  private boolean skip(HttpEntity entity, Deadline deadline) throws IOException, FetchException {
    if (entity == null) {
      return true;
    }
    long length = entity.getContentLength();
    if (length < 0 || length > SHORT_BODY) {
      return false;
    }
    Body.read(entity.getContent(), length, SHORT_BODY, target.toString(), deadline);
    return true;
  }

  private FetchException status(
      int status, String more, boolean passing, Optional<Duration> retryAfter) {
    String message =
        "%s answers %d%s; expected 200 with an image, check the URL and the server"
            .formatted(target, status, more.isEmpty() ? "" : " " + more);
    return passing
        ? FetchException.passing(RejectionReason.FETCH_HTTP_STATUS, message, retryAfter)
        : FetchException.refused(RejectionReason.FETCH_HTTP_STATUS, message);
  }

  /** Seconds or a date; anything else is not heard. */
  private static Optional<Duration> retryAfter(ClassicHttpResponse response) {
    String text = value(response, "Retry-After");
    if (text == null) {
      return Optional.empty();
    }
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    Instant at = DateUtils.parseStandardDate(text);
    Duration wait = at == null ? Duration.ZERO : Duration.between(Instant.now(), at);
    return wait.isNegative() || wait.isZero() ? Optional.empty() : Optional.of(wait);
  }

  private static String value(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }
}
