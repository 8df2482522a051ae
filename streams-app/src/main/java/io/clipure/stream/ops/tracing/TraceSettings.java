package io.clipure.stream.ops.tracing;

import java.net.URI;

/**
 * Settings of tracing.
 *
 * @param endpoint OTLP collector over HTTP; without a path, /v1/traces is added
 * @param sampleRatio share of the traces begun here that are recorded, 0 to 1
 * @param serviceName name of the service
 * @param serviceVersion its version
 */
public record TraceSettings(
    URI endpoint, double sampleRatio, String serviceName, String serviceVersion) {
  /** The address that spans are posted to. */
  String tracesUrl() {
    String path = endpoint.getPath();
    return path == null || path.isEmpty() || path.equals("/")
        ? endpoint.resolve("/v1/traces").toString()
        : endpoint.toString();
  }
}
