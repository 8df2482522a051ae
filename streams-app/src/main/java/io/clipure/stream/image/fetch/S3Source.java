package io.clipure.stream.image.fetch;

import io.clipure.stream.image.RejectionReason;
import java.time.Duration;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * {@code s3:} references into listed buckets. The endpoint comes from the operator, so its address
 * is not checked; redirects are not followed, and the SDK's own retries are off: one policy rules
 * all references.
 */
final class S3Source implements Source {
  private final Set<String> buckets;
  private final MediaTypes mediaTypes;
  private final long maxBytes;
  private final Duration timeout;
  private final AbortableHttp http;
  private final S3Client client;

  /**
   * Looks for credentials, which may ask the network.
   *
   * @throws IllegalArgumentException if there are none
   */
  S3Source(FetchSettings fetch, S3Settings settings) {
    this.buckets = settings.buckets();
    this.mediaTypes = new MediaTypes(fetch.mediaTypes());
    this.maxBytes = fetch.maxBytes();
    this.timeout = fetch.timeout();
    AwsCredentialsProvider credentials = credentials(settings);
    this.http =
        new AbortableHttp(
            Apache5HttpClient.builder()
                .maxConnections(fetch.connections())
                .connectionTimeout(fetch.connectTimeout())
                .connectionAcquisitionTimeout(timeout)
                .socketTimeout(timeout)
                .useIdleConnectionReaper(false)
                .build());
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials)
            .httpClient(http)
            .overrideConfiguration(
                config ->
                    config
                        .retryStrategy(retry -> retry.maxAttempts(1))
                        .apiCallAttemptTimeout(timeout)
                        .apiCallTimeout(timeout));
    settings.endpoint().ifPresent(builder::endpointOverride);
    this.client = builder.build();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    if (settings.credentials().isPresent()) {
      S3Settings.Credentials given = settings.credentials().get();
      return StaticCredentialsProvider.create(
          given.sessionToken().isPresent()
              ? AwsSessionCredentials.create(
                  given.accessKeyId(), given.secretAccessKey(), given.sessionToken().get())
              : AwsBasicCredentials.create(given.accessKeyId(), given.secretAccessKey()));
    }
    DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
    try {
      chain.resolveCredentials();
      return chain;
    } catch (SdkClientException e) {
      chain.close();
      throw new IllegalArgumentException(
          "s3.access-key-id: is not set, and the AWS SDK finds no credentials in environment,"
              + " profile, container or instance; set it with s3.secret-access-key, or provide one"
              + " of those",
          e);
    }
  }

  @Override
  public Leg begin(String reference) throws FetchException {
    S3Reference parsed = S3Reference.parse(reference);
    if (!buckets.contains(parsed.bucket())) {
      throw FetchException.refused(
          RejectionReason.FORBIDDEN_REFERENCE,
          "%s: the bucket is not allowed; add it to s3.buckets if it should be".formatted(parsed));
    }
    return new S3Leg(this, parsed, timeout);
  }

  S3Client client() {
    return client;
  }

  AbortableHttp http() {
    return http;
  }

  MediaTypes mediaTypes() {
    return mediaTypes;
  }

  long maxBytes() {
    return maxBytes;
  }

  @Override
  public void close() {
    client.close();
    // The SDK closes only clients that it made itself.
    http.close();
  }
}
