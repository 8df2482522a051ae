package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * {@code http:} and {@code https:} references.
 *
 * <p>By Apache HttpClient and not java.net.http: the latter looks names up by itself, so what was
 * checked need not be what is connected to; it can be pinned only by putting the address into the
 * URL, which takes the name away from TLS. Here the client asks {@link GuardedDns} and connects to
 * its answer. The client does nothing on its own: no redirect, retry, cookie, password, proxy or
 * decompression.
 */
final class HttpSource implements Source {
  /** Well above what any image server sends; bounds the memory a header can take. */
  private static final int MOST_HEADERS = 128;

  private static final int LONGEST_HEADER = 16 << 10;

  private final HttpSettings settings;
  private final HostRules hosts;
  private final AddressPolicy addresses;
  private final MediaTypes mediaTypes;
  private final CloseableHttpClient client;
  private final long maxBytes;
  private final Duration timeout;

  /**
   * Opens no connection.
   *
   * @throws IllegalArgumentException if an allowed address is not a network
   */
  HttpSource(FetchSettings fetch, HttpSettings settings, Resolver resolver, SSLContext tls) {
    this.settings = settings;
    this.hosts = new HostRules(settings.allowedHosts());
    this.addresses = addresses(settings.allowedAddresses());
    this.mediaTypes = new MediaTypes(fetch.mediaTypes());
    this.maxBytes = fetch.maxBytes();
    this.timeout = fetch.timeout();
    this.client = client(fetch, new GuardedDns(resolver, addresses), tls);
  }

  private static AddressPolicy addresses(List<String> allowed) {
    try {
      return new AddressPolicy(allowed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("fetch.allowed-addresses: " + e.getMessage(), e);
    }
  }

  private static CloseableHttpClient client(FetchSettings fetch, GuardedDns dns, SSLContext tls) {
    Timeout connect = Timeout.of(fetch.connectTimeout());
    Timeout whole = Timeout.of(fetch.timeout());
    return HttpClients.custom()
        .setRequestExecutor(new FreshAnswers())
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(dns)
                .setTlsSocketStrategy(
                    new DefaultClientTlsStrategy(
                        tls,
                        HostnameVerificationPolicy.BOTH,
                        HttpsSupport.getDefaultHostnameVerifier()))
                .setConnectionFactory(
                    ManagedHttpClientConnectionFactory.builder()
                        .http1Config(
                            Http1Config.custom()
                                .setMaxHeaderCount(MOST_HEADERS)
                                .setMaxLineLength(LONGEST_HEADER)
                                .build())
                        .build())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(whole)
                        .setTimeToLive(TimeValue.ofMinutes(1))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
                .setMaxConnTotal(fetch.connections())
                .setMaxConnPerRoute(fetch.connections())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(whole)
                .setResponseTimeout(whole)
                .setProtocolUpgradeEnabled(false)
                .build())
        .setDefaultHeaders(
            List.of(
                new BasicHeader("Accept", "*/*"), new BasicHeader("Accept-Encoding", "identity")))
        .setUserAgent("clipure-stream")
        .disableAuthCaching()
        .disableAutomaticRetries()
        .disableConnectionState()
        .disableContentCompression()
        .disableCookieManagement()
        .disableRedirectHandling()
        .build();
  }

  @Override
  public Leg begin(String reference) throws FetchException {
    HttpTarget target = HttpTarget.parse(reference);
    check(target);
    return new HttpLeg(this, Optional.empty(), target, settings.maxRedirects(), timeout);
  }

  /** What can be said of a URL without asking a name service, for the first as for any redirect. */
  private void check(HttpTarget target) throws FetchException {
    if (!settings.schemes().contains(target.scheme())) {
      throw FetchException.refused(
          RejectionReason.UNSUPPORTED_SCHEME,
          "%s: scheme %s is not allowed; use another, or add it to fetch.schemes"
              .formatted(target, target.scheme()));
    }
    if (!hosts.allow(target.host())) {
      throw FetchException.refused(
          RejectionReason.FORBIDDEN_HOST,
          "%s: the host is not allowed; add it to fetch.allowed-hosts if it should be"
              .formatted(target));
    }
    if (!settings.ports().contains(target.port())) {
      throw FetchException.refused(
          RejectionReason.FORBIDDEN_PORT,
          "%s: port %d is not allowed; add it to fetch.ports if it should be"
              .formatted(target, target.port()));
    }
    Optional<String> refusal = target.literal().flatMap(addresses::refusal);
    if (refusal.isPresent()) {
      throw forbiddenAddress(target, refusal.get());
    }
  }

  static FetchException forbiddenAddress(HttpTarget target, String what) {
    return FetchException.refused(
        RejectionReason.FORBIDDEN_ADDRESS,
        "%s: the host's address is %s; add its network to fetch.allowed-addresses if it should be"
                .formatted(target, what)
            + " reached");
  }

  /**
   * The next leg of an attempt.
   *
   * @param left redirects that may still be followed
   * @param remaining of the attempt's time
   */
  HttpLeg redirect(HttpTarget from, String location, int left, Duration remaining)
      throws FetchException {
    if (left == 0) {
      throw FetchException.refused(
          RejectionReason.TOO_MANY_REDIRECTS,
          "%s redirects once more than fetch.max-redirects allows (%d); send the last URL"
              .formatted(from, settings.maxRedirects()));
    }
    try {
      HttpTarget target = from.resolve(location);
      if (from.isSecure() && !target.isSecure()) {
        throw FetchException.refused(
            RejectionReason.INSECURE_REDIRECT,
            "%s: a redirect from https to http is not followed; send the last URL"
                .formatted(target));
      }
      check(target);
      return new HttpLeg(this, Optional.of(from), target, left - 1, remaining);
    } catch (FetchException e) {
      throw e.redirectedFrom(from);
    }
  }

  CloseableHttpClient client() {
    return client;
  }

  MediaTypes mediaTypes() {
    return mediaTypes;
  }

  long maxBytes() {
    return maxBytes;
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException("HTTP connections cannot be closed", e);
    }
  }
}
