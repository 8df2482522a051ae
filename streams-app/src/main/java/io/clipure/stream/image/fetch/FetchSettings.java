package io.clipure.stream.image.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What may be fetched, and at what cost. Off unless named: no root, no HTTP, no S3.
 *
 * @param maxBytes most bytes of one content
 * @param timeout longest attempt, over all its redirects
 * @param connectTimeout longest wait for a connection or a TLS handshake
 * @param connections most connections at a time; as many as there are threads that run hops
 * @param mediaTypes types as {@code image/png} or {@code image/*} that a server may declare;
 *     content without a type is read
 * @param retry how long one image is pursued
 * @param fileRoots directories below which {@code file:} references may be read
 * @param http {@code http:} and {@code https:}; empty: neither
 * @param s3 {@code s3:}; empty: not
 */
public record FetchSettings(
    long maxBytes,
    Duration timeout,
    Duration connectTimeout,
    int connections,
    List<String> mediaTypes,
    RetrySettings retry,
    List<Path> fileRoots,
    Optional<HttpSettings> http,
    Optional<S3Settings> s3) {

  /** Copies. */
  public FetchSettings {
    mediaTypes = List.copyOf(mediaTypes);
    fileRoots = List.copyOf(fileRoots);
  }
}
