package io.clipure.stream.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Runs a fetch to its end as the pipeline does, aborting hops at their limit, but never waiting.
 */
final class Fetching implements AutoCloseable {
  static final RetrySettings ONCE =
      new RetrySettings(1, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1));

  private final References references;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "abort-timer");
            thread.setDaemon(true);
            return thread;
          });
  private final List<String> hosts = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();

  Fetching(References references) {
    this.references = references;
  }

  static HttpSettings any(int port, String... allowedAddresses) {
    return new HttpSettings(
        Set.of("http", "https"), List.of("*"), List.of(allowedAddresses), Set.of(80, 443, port), 3);
  }

  static FetchSettings settings(HttpSettings http) {
    return settings(http, 1 << 20, Duration.ofSeconds(20), ONCE);
  }

  static FetchSettings settings(
      HttpSettings http, long maxBytes, Duration timeout, RetrySettings retry) {
    return new FetchSettings(
        maxBytes,
        timeout,
        Duration.ofSeconds(10),
        8,
        List.of("image/*", "application/octet-stream"),
        retry,
        List.of(),
        Optional.ofNullable(http),
        Optional.empty());
  }

  static FetchSettings files(long maxBytes, Path... roots) {
    return new FetchSettings(
        maxBytes,
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        8,
        List.of(),
        ONCE,
        List.of(roots),
        Optional.empty(),
        Optional.empty());
  }

  /** With a name service and trust of the test's own. */
  static Fetching http(FetchSettings settings, Resolver resolver, SSLContext tls) {
    Source source = new HttpSource(settings, settings.http().orElseThrow(), resolver, tls);
    Map<String, Source> sources = new HashMap<>();
    settings.http().orElseThrow().schemes().forEach(scheme -> sources.put(scheme, source));
    return new Fetching(new References(sources, settings.retry(), System::nanoTime));
  }

  static Fetching http(FetchSettings settings, Resolver resolver) {
    try {
      return http(settings, resolver, SSLContext.getDefault());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A name service that knows these names only. */
  static Resolver names(Map<String, List<String>> addresses) {
    return host -> {
      if (!addresses.containsKey(host)) {
        throw new java.net.UnknownHostException(host);
      }
      List<InetAddress> answer = new ArrayList<>();
      for (String address : addresses.get(host)) {
        // From bytes: a mapped address must stay one.
        byte[] bytes = HttpTarget.literal(address).orElseThrow();
        answer.add(
            bytes.length == 16
                ? java.net.Inet6Address.getByAddress(host, bytes, -1)
                : InetAddress.getByAddress(host, bytes));
      }
      return answer.toArray(InetAddress[]::new);
    };
  }

  Fetched fetch(String reference) {
    Fetched now = references.start(reference, 7);
    while (true) {
      if (now instanceof Fetched.Hop hop) {
        hosts.add(hop.host());
        var cut = timer.schedule(hop.abort(), hop.limit().toNanos(), TimeUnit.NANOSECONDS);
        now = hop.run().get();
        cut.cancel(false);
      } else if (now instanceof Fetched.Later later) {
        waits.add(later.after());
        now = later.next().get();
      } else {
        return now;
      }
    }
  }

  /** Hosts of the hops that were run. */
  List<String> hosts() {
    return hosts;
  }

  /** Waits that were asked for. */
  List<Duration> waits() {
    return waits;
  }

  References references() {
    return references;
  }

  byte[] content(String reference) {
    Fetched fetched = fetch(reference);
    assertThat(fetched).as(reference).isInstanceOf(Fetched.Content.class);
    ByteBuffer bytes = ((Fetched.Content) fetched).bytes();
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  /** The message of a refusal for this reason, one line and without what must stay secret. */
  String refusal(String reference, RejectionReason reason) {
    Fetched fetched = fetch(reference);
    assertThat(fetched).as(reference).isInstanceOf(Fetched.Refused.class);
    Fetched.Refused refused = (Fetched.Refused) fetched;
    assertThat(refused.reason()).as(reference + ": " + refused.message()).isEqualTo(reason);
    assertThat(refused.message()).doesNotContain("\n", "\r", "hush");
    return refused.message();
  }

  @Override
  public void close() {
    references.close();
    timer.shutdownNow();
  }
}
