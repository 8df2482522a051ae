package io.clipure.stream.image.fetch;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Where {@code s3:} references lead.
 *
 * @param endpoint an S3 API other than AWS's
 * @param region of the buckets, and of the signature
 * @param pathStyle whether the bucket is in the path instead of the host name
 * @param buckets buckets that may be read
 * @param credentials empty: the SDK's default chain (environment, profile, container, instance)
 */
public record S3Settings(
    Optional<URI> endpoint,
    String region,
    boolean pathStyle,
    Set<String> buckets,
    Optional<Credentials> credentials) {

  /** Copies. */
  public S3Settings {
    buckets = Set.copyOf(buckets);
  }

  /** Static credentials; its text form holds none. */
  public record Credentials(
      String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
    @Override
    public String toString() {
      return "Credentials[hidden]";
    }
  }
}
