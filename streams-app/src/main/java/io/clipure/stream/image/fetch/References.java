package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Follows references. Owns connections, no threads: whoever runs the hops does.
 *
 * <p>Thread-safe. Close it after the last hop has ended; hops still running then answer a refusal.
 */
public final class References implements AutoCloseable {
  /** The longest reference; presigned URLs stay well below. */
  private static final int LONGEST = 8192;

  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*", Pattern.DOTALL);

  /** How a scheme is allowed, for the refusal. */
  private static final Map<String, String> KEYS =
      Map.of(
          "file", "name the directories that may be read in image.file-roots",
          "http", "add http to fetch.schemes and the host to fetch.allowed-hosts",
          "https", "add https to fetch.schemes and the host to fetch.allowed-hosts",
          "s3", "add s3 to fetch.schemes and the bucket to s3.buckets");

  private final Map<String, Source> sources;
  private final RetrySettings retry;
  private final RetryPolicy policy;
  private final LongSupplier nanoTime;

  References(Map<String, Source> sources, RetrySettings retry, LongSupplier nanoTime) {
    this.sources = Map.copyOf(sources);
    this.retry = retry;
    this.policy = new RetryPolicy(retry);
    this.nanoTime = nanoTime;
  }

  /**
   * Makes what the settings allow ready.
   *
   * @throws IllegalArgumentException one line that names the key, if something named by the
   *     settings is not there
   */
  public static References open(FetchSettings settings) {
    Map<String, Source> sources = new HashMap<>();
    if (!settings.fileRoots().isEmpty()) {
      sources.put(
          "file", new FileSource(settings.fileRoots(), settings.maxBytes(), settings.timeout()));
    }
    settings
        .http()
        .ifPresent(
            http -> {
              Source source = new HttpSource(settings, http, InetAddress::getAllByName, tls());
              http.schemes().forEach(scheme -> sources.put(scheme, source));
            });
    settings.s3().ifPresent(s3 -> sources.put("s3", new S3Source(settings, s3)));
    return new References(sources, settings.retry(), System::nanoTime);
  }

  /** The JVM's trust store, also one set by javax.net.ssl.trustStore. */
  private static SSLContext tls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(
          "javax.net.ssl.trustStore: cannot be used (" + e.getMessage() + "); check the JVM's TLS",
          e);
    }
  }

  /**
   * Begins the fetch of one image, and its patience. Does not block.
   *
   * @param reference URI text of the image
   * @param seed of the jitter between attempts; another for each image
   * @return a hop to run, or a refusal; never throws for what the reference says
   */
  public Fetched start(String reference, long seed) {
    return new Pursuit(reference, seed, nanoTime.getAsLong(), 1).begin();
  }

  @Override
  public void close() {
    sources.values().stream().distinct().forEach(Source::close);
  }

  private Source source(String reference) throws FetchException {
    if (reference.length() > LONGEST) {
      throw FetchException.refused(
          RejectionReason.INVALID_REFERENCE,
          "reference has %d characters, at most %d are allowed; send a shorter one"
              .formatted(reference.length(), LONGEST));
    }
    Matcher matcher = SCHEME.matcher(reference);
    if (!matcher.matches()) {
      throw FetchException.refused(
          RejectionReason.UNSUPPORTED_SCHEME,
          "reference has no scheme; expected file:, http:, https: or s3:");
    }
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    Source source = sources.get(scheme);
    if (source != null) {
      return source;
    }
    String shown = scheme.length() <= 32 ? scheme : scheme.substring(0, 32) + "...";
    throw KEYS.containsKey(scheme)
        ? FetchException.refused(
            scheme.equals("file")
                ? RejectionReason.FORBIDDEN_REFERENCE
                : RejectionReason.UNSUPPORTED_SCHEME,
            "%s: references are not allowed; %s".formatted(shown, KEYS.get(scheme)))
        : FetchException.refused(
            RejectionReason.UNSUPPORTED_SCHEME,
            ("reference has scheme %s, supported: file, http, https, s3; send the image inline or by"
                    + " a supported scheme")
                .formatted(shown));
  }

  /** One image's way through its attempts. Each step is on whatever thread runs it. */
  private final class Pursuit {
    private final String reference;
    private final long seed;
    private final long startedNanos;
    private final int attempt;

    Pursuit(String reference, long seed, long startedNanos, int attempt) {
      this.reference = reference;
      this.seed = seed;
      this.startedNanos = startedNanos;
      this.attempt = attempt;
    }

    Fetched begin() {
      try {
        return hop(source(reference).begin(reference));
      } catch (FetchException e) {
        return settle(e);
      }
    }

    private Fetched hop(Leg leg) {
      return new Fetched.Hop(leg.host(), leg.limit(), () -> run(leg), leg::abort);
    }

    private Fetched run(Leg leg) {
      if (isTooLate(Duration.ZERO)) {
        return new Fetched.Refused(
            RejectionReason.FETCH_TIMEOUT,
            ("waited more than %d ms for %s, which is slow or asked for too often; check it, or"
                    + " raise fetch.per-host, fetch.threads or fetch.patience")
                .formatted(retry.patience().toMillis(), leg.host()));
      }
      try {
        Leg.Reached reached = leg.run();
        return reached instanceof Leg.Reached.Bytes bytes
            ? new Fetched.Content(bytes.content())
            : hop(((Leg.Reached.Onward) reached).next());
      } catch (FetchException e) {
        return settle(e);
      }
    }

    private Fetched settle(FetchException e) {
      if (!e.isPassing()) {
        return new Fetched.Refused(e.reason(), e.getMessage());
      }
      Optional<Duration> wait = policy.after(attempt, e.retryAfter(), seed);
      if (wait.isEmpty() || isTooLate(wait.get())) {
        return new Fetched.Refused(
            e.reason(),
            e.getMessage() + (attempt == 1 ? "" : " (attempt " + attempt + ", the last)"));
      }
      Pursuit next = new Pursuit(reference, seed, startedNanos, attempt + 1);
      return new Fetched.Later(wait.get(), next::begin);
    }

    private boolean isTooLate(Duration wait) {
      long spent = nanoTime.getAsLong() - startedNanos + wait.toNanos();
      return spent > retry.patience().toNanos();
    }
  }
}
