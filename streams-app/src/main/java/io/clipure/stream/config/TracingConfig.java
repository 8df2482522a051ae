package io.clipure.stream.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * Traces of images.
 *
 * @param enabled whether there are any
 * @param endpoint where they are sent: OTLP over HTTP, protobuf
 * @param sampleRatio share of the traces begun here that are recorded; one that an event brings
 *     along decides for itself
 * @param serviceName the name under which they appear
 */
public record TracingConfig(boolean enabled, URI endpoint, double sampleRatio, String serviceName) {
  static final Setting<Boolean> ENABLED =
      Setting.of(
          "tracing.enabled",
          ValueType.bool(),
          false,
          "Whether each image's stages are traced by OpenTelemetry, in the trace that the event's"
              + " header traceparent names, which is passed on to results and dead letters.");
  static final Setting<URI> ENDPOINT =
      Setting.of(
          "tracing.endpoint",
          new ValueType<>(
              "an address",
              "http:// or https:// with a host, e.g. http://collector:4318",
              TracingConfig::parse,
              URI::toString,
              TracingConfig::isAddress),
          URI.create("http://localhost:4318"),
          "OTLP collector, over HTTP with protobuf; without a path, /v1/traces is added.");
  static final Setting<Double> SAMPLE_RATIO =
      Setting.of(
          "tracing.sample-ratio",
          ValueType.decimal(0, 1),
          1.0,
          "Part of the traces begun here that is recorded; of a trace that an event brings along,"
              + " its own mark decides.");
  static final Setting<String> SERVICE_NAME =
      Setting.of(
          "tracing.service-name",
          ValueType.text(
              "a name", "1 to 200 letters, digits, dots, dashes or underscores", "[\\w.-]{1,200}"),
          "clipure-stream",
          "Name under which the traces appear.");

  /**
   * Checks bounds.
   *
   * @throws IllegalArgumentException one line that names the key
   */
  public TracingConfig {
    ENDPOINT.check(endpoint);
    SAMPLE_RATIO.check(sampleRatio);
    SERVICE_NAME.check(serviceName);
  }

  private static URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static boolean isAddress(URI uri) {
    return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getUserInfo() == null
        && uri.getQuery() == null
        && uri.getFragment() == null;
  }

  static List<Setting<?>> settings() {
    return List.of(ENABLED, ENDPOINT, SAMPLE_RATIO, SERVICE_NAME);
  }

  static TracingConfig from(Values values) {
    return new TracingConfig(
        values.get(ENABLED),
        values.get(ENDPOINT),
        values.get(SAMPLE_RATIO),
        values.get(SERVICE_NAME));
  }
}
