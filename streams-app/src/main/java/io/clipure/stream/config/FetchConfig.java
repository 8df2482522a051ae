package io.clipure.stream.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Content by reference: what may be fetched, and at what cost.
 *
 * @param schemes followed besides file:, which image.file-roots allows
 * @param allowedHosts names, {@code *.suffix} patterns or {@code *}
 * @param allowedAddresses networks that are not public and allowed all the same, in CIDR form
 * @param ports that may be connected to
 * @param mediaTypes a response may declare
 * @param maxRedirects of one attempt
 * @param timeout of one attempt, over all redirects
 * @param connectTimeout of one connection
 * @param attempts in all
 * @param backoff before the second attempt, at most
 * @param maxBackoff before any attempt
 * @param patience from admission to the last attempt's beginning
 * @param threads that fetch
 * @param perHost of them, at most this many at one host
 */
public record FetchConfig(
    List<Scheme> schemes,
    List<String> allowedHosts,
    List<String> allowedAddresses,
    List<Integer> ports,
    List<String> mediaTypes,
    int maxRedirects,
    Duration timeout,
    Duration connectTimeout,
    int attempts,
    Duration backoff,
    Duration maxBackoff,
    Duration patience,
    int threads,
    int perHost) {

  /** Kinds of references that leave the machine. */
  public enum Scheme {
    /** Plain text. */
    HTTP,
    /** With TLS. */
    HTTPS,
    /** An S3 API. */
    S3
  }

  private static final String HOST = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?";
  private static final String NAME = HOST + "(\\." + HOST + ")*";

  static final Setting<List<Scheme>> SCHEMES =
      Setting.of(
          "fetch.schemes",
          ValueType.listOf(
              ValueType.choice(Scheme.class), "a list of schemes", "http, https, s3, by commas"),
          List.of(),
          "References that are followed besides file: (see image.file-roots); empty means none.");
  static final Setting<List<String>> ALLOWED_HOSTS =
      Setting.of(
          "fetch.allowed-hosts",
          ValueType.listOf(
              ValueType.text("a host", "a host", "\\*|(\\*\\.)?" + NAME + "|\\[[0-9a-f:.]+\\]"),
              "a list of hosts",
              "lower-case names, *.example.org for all below, or *, by commas"),
          List.of(),
          "Hosts that http: and https: references and redirects may lead to; needed by both.");
  static final Setting<List<String>> ALLOWED_ADDRESSES =
      Setting.of(
          "fetch.allowed-addresses",
          ValueType.listOf(
              ValueType.text("a network", "a network", "[0-9a-fA-F:.]+/\\d{1,3}"),
              "a list of networks",
              "networks as 10.1.0.0/16 or fd00:1::/64, by commas"),
          List.of(),
          "Private or otherwise special networks that allowed hosts may lie in; all others of that"
              + " kind are refused.");
  static final Setting<List<Integer>> PORTS =
      Setting.of(
          "fetch.ports",
          ValueType.listOf(ValueType.integer(1, 65535), "a list of ports", "1 to 65535, by commas"),
          List.of(80, 443),
          "Ports that http: and https: references may lead to.");
  static final Setting<List<String>> MEDIA_TYPES =
      Setting.of(
          "fetch.media-types",
          ValueType.listOf(
              ValueType.text(
                  "a media type", "a media type", "\\*/\\*|[a-z0-9.+-]+/(\\*|[a-z0-9.+-]+)"),
              "a list of media types",
              "types as image/png, image/* or */*, by commas"),
          List.of("image/*", "application/octet-stream", "binary/octet-stream"),
          "Content types a server may declare; content without a type is read too.");
  static final Setting<Integer> MAX_REDIRECTS =
      Setting.of(
          "fetch.max-redirects",
          ValueType.integer(0, 20),
          3,
          "Redirects an attempt follows; each is checked like a first reference.");
  static final Setting<Duration> TIMEOUT =
      Setting.of(
          "fetch.timeout",
          ValueType.duration(Duration.ofMillis(10), Duration.ofMinutes(5)),
          Duration.ofSeconds(5),
          "Longest attempt to fetch an image, from connecting to the last byte, over all"
              + " redirects.");
  static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.of(
          "fetch.connect-timeout",
          ValueType.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
          Duration.ofSeconds(2),
          "Longest wait for a connection to one address, and for its TLS handshake.");
  static final Setting<Integer> ATTEMPTS =
      Setting.of(
          "fetch.attempts",
          ValueType.integer(1, 20),
          3,
          "Attempts to fetch an image before it is dead-lettered; only transient faults are tried"
              + " again.");
  static final Setting<Duration> BACKOFF =
      Setting.of(
          "fetch.backoff",
          ValueType.duration(Duration.ZERO, Duration.ofMinutes(1)),
          Duration.ofMillis(200),
          "Longest random wait before the second attempt; doubled before each further one.");
  static final Setting<Duration> MAX_BACKOFF =
      Setting.of(
          "fetch.max-backoff",
          ValueType.duration(Duration.ZERO, Duration.ofMinutes(1)),
          Duration.ofSeconds(2),
          "Longest wait before an attempt, also when a server asks for more by Retry-After.");
  static final Setting<Duration> PATIENCE =
      Setting.of(
          "fetch.patience",
          ValueType.duration(Duration.ofMillis(10), Duration.ofMinutes(10)),
          Duration.ofSeconds(20),
          "Longest time an image may wait for its host and for further attempts; then it is"
              + " dead-lettered, so that a slow host cannot hold up commits.");
  static final Setting<Integer> THREADS =
      Setting.optional(
          "fetch.threads",
          ValueType.integer(1, 1024),
          "16, fewer with a small heap",
          "Threads that fetch; each may hold one image of image.max-bytes.");
  static final Setting<Integer> PER_HOST =
      Setting.optional(
          "fetch.per-host",
          ValueType.integer(1, 1024),
          "4, at most fetch.threads",
          "Fetches at one host (for s3: one bucket) at a time.");

  /**
   * Checks bounds and relations.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public FetchConfig {
    schemes = List.copyOf(SCHEMES.check(schemes));
    allowedHosts = List.copyOf(ALLOWED_HOSTS.check(allowedHosts));
    allowedAddresses = List.copyOf(ALLOWED_ADDRESSES.check(allowedAddresses));
    ports = List.copyOf(PORTS.check(ports));
    mediaTypes = List.copyOf(MEDIA_TYPES.check(mediaTypes));
    MAX_REDIRECTS.check(maxRedirects);
    TIMEOUT.check(timeout);
    CONNECT_TIMEOUT.check(connectTimeout);
    ATTEMPTS.check(attempts);
    BACKOFF.check(backoff);
    MAX_BACKOFF.check(maxBackoff);
    PATIENCE.check(patience);
    THREADS.check(threads);
    PER_HOST.check(perHost);
    if (backoff.compareTo(maxBackoff) > 0) {
      throw new IllegalArgumentException(
          "%s: %s is more than %s, which is %s; lower it or raise the latter"
              .formatted(
                  BACKOFF.key(),
                  DurationText.format(backoff),
                  MAX_BACKOFF.key(),
                  DurationText.format(maxBackoff)));
    }
    if (perHost > threads) {
      throw new IllegalArgumentException(
          "%s: %d is more than there are threads; expected at most %s, which is %d"
              .formatted(PER_HOST.key(), perHost, THREADS.key(), threads));
    }
    if (new HashSet<>(schemes).size() < schemes.size()) {
      throw new IllegalArgumentException(
          "%s: names one twice; name each once".formatted(SCHEMES.key()));
    }
  }

  /** Whether references of this kind are followed. */
  public boolean allows(Scheme scheme) {
    return schemes.contains(scheme);
  }

  /**
   * What does not fit together. Worth asking only once every value by itself is sound: one that is
   * not stands here with its default.
   */
  List<String> problems(BatchingConfig batching, S3Config s3) {
    List<String> problems = new ArrayList<>(s3.problems());
    boolean web = allows(Scheme.HTTP) || allows(Scheme.HTTPS);
    if (web && allowedHosts.isEmpty()) {
      problems.add(
          "%s: is empty, so that no reference could be followed; expected the hosts to fetch from,"
                  .formatted(ALLOWED_HOSTS.key())
              + " or * for any, as %s allows http or https".formatted(SCHEMES.key()));
    }
    if (!web && !(allowedHosts.isEmpty() && allowedAddresses.isEmpty())) {
      problems.add(
          "%s: has neither http nor https, so that %s would do nothing; add one, or leave it out"
              .formatted(
                  SCHEMES.key(),
                  (allowedHosts.isEmpty() ? ALLOWED_ADDRESSES : ALLOWED_HOSTS).key()));
    }
    if (!schemes.isEmpty() && patience.plus(timeout).compareTo(batching.drainDeadline()) >= 0) {
      problems.add(
          "%s: %s and %s of %s do not end before %s of %s; lower the former or raise the latter"
              .formatted(
                  PATIENCE.key(),
                  DurationText.format(patience),
                  TIMEOUT.key(),
                  DurationText.format(timeout),
                  BatchingConfig.DRAIN_DEADLINE.key(),
                  DurationText.format(batching.drainDeadline())));
    }
    if (allows(Scheme.S3) && s3.buckets().isEmpty()) {
      problems.add(
          "%s: is empty, so that no reference could be followed; expected the buckets to read, as"
                  .formatted(S3Config.BUCKETS.key())
              + " %s allows s3".formatted(SCHEMES.key()));
    }
    if (!allows(Scheme.S3) && !s3.isUnset()) {
      problems.add(
          "%s: has no s3, so that the s3 keys would do nothing; add it, or leave them out"
              .formatted(SCHEMES.key()));
    }
    return problems;
  }

  static List<Setting<?>> settings() {
    return List.of(
        SCHEMES,
        ALLOWED_HOSTS,
        ALLOWED_ADDRESSES,
        PORTS,
        MEDIA_TYPES,
        MAX_REDIRECTS,
        TIMEOUT,
        CONNECT_TIMEOUT,
        ATTEMPTS,
        BACKOFF,
        MAX_BACKOFF,
        PATIENCE,
        THREADS,
        PER_HOST);
  }

  static FetchConfig from(Values values) {
    int threads =
        values.find(THREADS).orElseGet(() -> defaultThreads(values.get(ImageConfig.MAX_BYTES)));
    return new FetchConfig(
        values.get(SCHEMES),
        values.get(ALLOWED_HOSTS),
        values.get(ALLOWED_ADDRESSES),
        values.get(PORTS),
        values.get(MEDIA_TYPES),
        values.get(MAX_REDIRECTS),
        values.get(TIMEOUT),
        values.get(CONNECT_TIMEOUT),
        values.get(ATTEMPTS),
        values.get(BACKOFF),
        values.get(MAX_BACKOFF),
        values.get(PATIENCE),
        threads,
        values.find(PER_HOST).orElse(Math.min(4, threads)));
  }

  /** As many as may hold an image of the largest size within a quarter of the heap, 2 to 16. */
  private static int defaultThreads(DataSize maxBytes) {
    long held = HeapShare.eighths(2, DataSize.mebibytes(1024)).bytes();
    return (int) Math.max(2, Math.min(16, held / maxBytes.bytes()));
  }
}
