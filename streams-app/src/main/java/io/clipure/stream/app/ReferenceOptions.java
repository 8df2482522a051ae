package io.clipure.stream.app;

import io.clipure.stream.config.AppConfig;
import io.clipure.stream.config.FetchConfig;
import io.clipure.stream.config.S3Config;
import io.clipure.stream.image.fetch.FetchSettings;
import io.clipure.stream.image.fetch.HttpSettings;
import io.clipure.stream.image.fetch.RetrySettings;
import io.clipure.stream.image.fetch.S3Settings;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The image room's terms for what the configuration allows to fetch. */
final class ReferenceOptions {
  private ReferenceOptions() {}

  static FetchSettings of(AppConfig config) {
    FetchConfig fetch = config.fetch();
    return new FetchSettings(
        config.image().maxBytes().bytes(),
        fetch.timeout(),
        fetch.connectTimeout(),
        fetch.threads(),
        fetch.mediaTypes(),
        new RetrySettings(fetch.attempts(), fetch.backoff(), fetch.maxBackoff(), fetch.patience()),
        config.image().fileRoots(),
        http(fetch),
        fetch.allows(FetchConfig.Scheme.S3) ? Optional.of(s3(config.s3())) : Optional.empty());
  }

  private static Optional<HttpSettings> http(FetchConfig fetch) {
    Set<String> schemes =
        fetch.schemes().stream()
            .filter(scheme -> scheme != FetchConfig.Scheme.S3)
            .map(scheme -> scheme.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return schemes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HttpSettings(
                schemes,
                fetch.allowedHosts(),
                fetch.allowedAddresses(),
                new HashSet<>(fetch.ports()),
                fetch.maxRedirects()));
  }

  private static S3Settings s3(S3Config s3) {
    return new S3Settings(
        s3.endpoint().map(URI::create),
        s3.region(),
        s3.pathStyle(),
        new HashSet<>(s3.buckets()),
        s3.accessKeyId()
            .map(
                id ->
                    new S3Settings.Credentials(
                        id, s3.secretAccessKey().orElseThrow(), s3.sessionToken())));
  }
}
