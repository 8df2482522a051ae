package io.clipure.stream.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where s3: references lead.
 *
 * @param endpoint of an S3 API other than AWS's
 * @param region of the buckets
 * @param pathStyle bucket in the path instead of the host name
 * @param buckets that may be read
 * @param accessKeyId empty: the SDK's default credentials chain
 * @param secretAccessKey with the former
 * @param sessionToken of temporary credentials
 */
public record S3Config(
    Optional<String> endpoint,
    String region,
    boolean pathStyle,
    List<String> buckets,
    Optional<String> accessKeyId,
    Optional<String> secretAccessKey,
    Optional<String> sessionToken) {

  static final Setting<String> ENDPOINT =
      Setting.optional(
          "s3.endpoint",
          ValueType.text(
              "a URL", "http://host:port or https://host:port", "https?://[^\\s/@?#]+/?"),
          "AWS's of the region",
          "Endpoint of an S3 API other than AWS's; the operator vouches for its address.");
  static final Setting<String> REGION =
      Setting.of(
          "s3.region",
          ValueType.text("a region", "a region, e.g. eu-central-1", "[a-z0-9-]{1,64}"),
          "us-east-1",
          "Region of the buckets.");
  static final Setting<Boolean> PATH_STYLE =
      Setting.of(
          "s3.path-style",
          ValueType.bool(),
          false,
          "Whether the bucket is in the URL's path instead of its host name, as many other S3"
              + " servers need it.");
  static final Setting<List<String>> BUCKETS =
      Setting.of(
          "s3.buckets",
          ValueType.listOf(
              ValueType.text("a bucket", "a bucket", "[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]"),
              "a list of buckets",
              "bucket names by commas"),
          List.of(),
          "Buckets that s3: references may lead to; needed by them.");
  static final Setting<String> ACCESS_KEY_ID =
      Setting.optional(
          "s3.access-key-id",
          ValueType.text("an access key id", "an access key id", "\\S+"),
          "the AWS SDK's default chain",
          "Access key; without it the SDK looks in environment, profile, container and instance.");
  static final Setting<String> SECRET_ACCESS_KEY =
      Setting.secret(
          "s3.secret-access-key",
          ValueType.text("a secret access key", "a secret access key", "\\S+"),
          "none",
          "Secret of the access key.");
  static final Setting<String> SESSION_TOKEN =
      Setting.secret(
          "s3.session-token",
          ValueType.text("a session token", "a session token", "\\S+"),
          "none",
          "Session token of temporary credentials.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public S3Config {
    endpoint.ifPresent(ENDPOINT::check);
    REGION.check(region);
    buckets = List.copyOf(BUCKETS.check(buckets));
    accessKeyId.ifPresent(ACCESS_KEY_ID::check);
    secretAccessKey.ifPresent(SECRET_ACCESS_KEY::check);
    sessionToken.ifPresent(SESSION_TOKEN::check);
  }

  /** What does not fit together. */
  List<String> problems() {
    if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
      return List.of(
          "%s: is set without %s; set both or neither"
              .formatted(
                  (accessKeyId.isPresent() ? ACCESS_KEY_ID : SECRET_ACCESS_KEY).key(),
                  (accessKeyId.isPresent() ? SECRET_ACCESS_KEY : ACCESS_KEY_ID).key()));
    }
    return sessionToken.isPresent() && accessKeyId.isEmpty()
        ? List.of(
            "%s: is set without %s; set both or neither"
                .formatted(SESSION_TOKEN.key(), ACCESS_KEY_ID.key()))
        : List.of();
  }

  List<String> secrets() {
    return Stream.of(secretAccessKey, sessionToken).flatMap(Optional::stream).toList();
  }

  /** Whether every key has its default. */
  boolean isUnset() {
    return endpoint.isEmpty()
        && region.equals(REGION.defaultText())
        && !pathStyle
        && buckets.isEmpty()
        && accessKeyId.isEmpty();
  }

  /** Hides the credentials. */
  @Override
  public String toString() {
    return "S3Config[endpoint=%s, region=%s, pathStyle=%s, buckets=%s, credentials=%s]"
        .formatted(
            endpoint, region, pathStyle, buckets, accessKeyId.isPresent() ? Secrets.HIDDEN : "");
  }

  static List<Setting<?>> settings() {
    return List.of(
        ENDPOINT, REGION, PATH_STYLE, BUCKETS, ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN);
  }

  static S3Config from(Values values) {
    return new S3Config(
        values.find(ENDPOINT),
        values.get(REGION),
        values.get(PATH_STYLE),
        values.get(BUCKETS),
        values.find(ACCESS_KEY_ID),
        values.find(SECRET_ACCESS_KEY),
        values.find(SESSION_TOKEN));
  }
}
